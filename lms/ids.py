"""The only maker of random identifiers and secrets; no module seeds or guesses its own."""

import hashlib
import secrets

# Crockford's alphabet: no I, L, O, U, so a code survives being read aloud and typed by hand.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_token() -> str:
    """Return a URL-safe secret of 256 random bits (43 characters)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token in hex; what is stored instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(characters: int) -> str:
    """Return a random code of 5 bits a character that people can read aloud and type."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(characters))


def new_digits(digits: int) -> str:
    """Return a random string of decimal digits, such as a first PIN."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def typed_code(text: str) -> str:
    """Return a typed code in its stored form: capitals, no spaces or dashes, O read as 0, I and L as 1."""
    bare = "".join(character for character in text.upper() if character.isalnum())
    return bare.translate(_READ_AS)


def new_seed() -> int:
    """Return a random seed of 63 bits, to be stored beside what it shuffled."""
    return secrets.randbits(63)
