"""Names of invented people from many places, some long and some not in Latin letters; pure."""

import unicodedata
from dataclasses import dataclass
from random import Random

# Name and, where a keyboard may not have its letters, how its bearer types it.
_PLACES: dict[str, tuple[str, str]] = {
    "en": (
        "Amelia Ben Callum Charlotte Daniel Ebony Ewan Freya Gethin Grace Harry Imani Jack Katie Liam Niamh"
        " Oliver Poppy Rhys Saoirse Tamsin William",
        "Ashworth Brooks Byrne Clarke Doyle Gallagher Hughes Llewellyn McAllister O’Connor Price Reid Shaw Turner"
        " Whitlock Wright",
    ),
    "de": (
        "Anselm Birgit Clemens Dörte Emil Frieda Greta Hannes Ilse Jürgen Käthe Leonie Mia Moritz Nele Ole Sönke"
        " Ursula",
        "Brandt Färber Großmann Jäger Keller Köhler Müller Öztürk Schäfer Schröder Vogel Weiß Winkelmann"
        " von-und-zu-Hohenlohe-Langenburg",
    ),
    "es": (
        "Alejandra Beatriz Carmen Diego Elena Fernando Inés Íñigo Javier Lucía Marisol Nicolás Pilar Rocío Sofía"
        " María-del-Carmen José-Antonio",
        "Álvarez Castellano Delgado Fernández-Montalbán-y-Ruiz-de-la-Vega García Herrera Ibáñez Muñoz Núñez Ortega"
        " Peña Quiñones Vázquez",
    ),
    "fr": (
        "Aïcha Benoît Chloé Élodie François Gaëlle Hélène Jean-Baptiste Loïc Maëlle Noémie Océane René Zoé",
        "Benali Bouchard Chevalier Dubois Fontaine Girard Lefèvre Mercier N’Diaye Pelletier Roux Traoré",
    ),
    "pl": (
        "Agnieszka Bartosz Czesława Grażyna Jędrzej Katarzyna Łukasz Małgorzata Olek Piotr Stanisław Wojciech",
        "Dąbrowski Kowalczyk Lewandowska Nowak Szczepański Wiśniewska Wójcik Zieliński Żółkowska",
    ),
    "tr": (
        "Ayşe Barış Çağla Deniz Elif Gülşen İpek Kerem Mehmet Özge Şirin Umut Yağmur",
        "Aydın Çelik Demir Doğan Güneş Kılıç Öztürk Şahin Yıldız",
    ),
    "in": (
        "Aarav Ananya Deepa Harish Ishaan Kavya Lakshmi Meera Nikhil Priya Rohan Sanjana Vikram",
        "Banerjee Chatterjee Gupta Iyer Krishnamurthy Menon Nair Patel Raman Singh Venkataraghavan",
    ),
    "ng": (
        "Adaeze Chidi Chinwe Emeka Folasade Ifeoma Kelechi Ngozi Oluwaseun Oluwadamilola Tunde Uche",
        "Adeyemi Bello Eze Nwosu Oduya Okafor Okonkwo Olatunji Onyekachukwu",
    ),
    "pt": (
        "Beatriz Caio Conceição Duarte Inês João Lourenço Luísa Matilde Sebastião Tomás Vitória",
        "Almeida Conceição-dos-Santos Costa Ferreira Gonçalves Lima Magalhães Pereira Simões",
    ),
    "cn": (
        "秀英=Xiuying 伟=Wei 芳=Fang 敏=Min 静=Jing 强=Qiang 洋=Yang 艳=Yan",
        "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang",
    ),
    "ar": (
        "عمر=Omar فاطمة=Fatima ليلى=Layla يوسف=Yusuf مريم=Maryam خالد=Khalid نور=Nour سمير=Samir",
        "الخطيب=Alkhatib حداد=Haddad المصري=Almasri منصور=Mansour"
        " العلي=Alali ناصر=Nasser بن-عبد-الرحمن=BinAbdulrahman",
    ),
}
_OFTEN = {"en": 5, "de": 4, "es": 4, "fr": 2, "pl": 2, "tr": 1, "in": 3, "ng": 1, "pt": 2, "cn": 1, "ar": 1}
# What taking accents off does not turn into Latin letters.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "đ": "d", "æ": "ae", "ö": "oe", "ä": "ae", "ü": "ue"})


@dataclass(frozen=True)
class Named:
    """A full name, and the sign-in name it suggests: small Latin letters with a dot, not unique."""

    name: str
    typed: str


class Namer:
    """Names people by chance, first names and surnames of one place together; knows its lists by heart."""

    def __init__(self) -> None:
        self._places = {place: tuple(_pairs(words) for words in lists) for place, lists in _PLACES.items()}
        self._keys = list(_OFTEN)
        self._weights = list(_OFTEN.values())

    def name(self, chance: Random) -> Named:
        """Return a name."""
        place = chance.choices(self._keys, self._weights)[0]
        firsts, lasts = self._places[place]
        first, last = chance.choice(firsts), chance.choice(lasts)
        parts, typed = [first[0], last[0]], [first[1], last[1]]
        if place == "cn":
            return Named(f"{last[0]}{first[0]}", f"{typed[0]}.{typed[1]}")
        if chance.random() < 0.12:
            parts.insert(1, chance.choice(firsts)[0])
        elif chance.random() < 0.08:
            other = chance.choice(lasts)
            parts[1] = f"{parts[1]}-{other[0]}" if place != "ar" else f"{parts[1]} {other[0]}"
        return Named(" ".join(parts), f"{typed[0]}.{typed[1]}")


def _pairs(words: str) -> list[tuple[str, str]]:
    pairs = []
    for word in words.split():
        written, _sign, typed = word.partition("=")
        is_surname_of_many = written.count("-") > 1 or written.startswith(("María", "José", "von", "بن"))
        shown = written.replace("-", " ") if is_surname_of_many else written
        pairs.append((shown, _folded(typed or written)))
    return pairs


def _folded(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())[:24]
