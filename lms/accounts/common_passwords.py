"""What people choose when they do not choose: the commonest words and walks over a keyboard; pure.

Source: the heads of the well-known public lists of leaked passwords (English, German, Spanish, French), cut to
their stems: digits and signs before and behind, and letters written as digits, are taken off before comparing.
"""

WORDS = frozenset(
    """
    password passwort motdepasse contrasena contraseña passord parola senha salasana lozinka heslo haslo wachtwoord
    passw0rd pass word passwords mypassword thepassword newpassword password one password two passwordpassword
    admin administrator root superuser sysadmin webmaster master manager operator support helpdesk service
    customer customerservice service desk frontdesk reception callcentre callcenter callcentreagent agent
    teamleader welcome willkommen bienvenue bienvenido welcomehome hello hallo hola bonjour ciao goodmorning
    letmein letmeinnow openup opensesame sesame iloveyou iloveu ilovemyself iloveyousomuch iloveyouforever
    loveyou loveme lovely lover love teamo tequiero jetaime ichliebedich ihateyou fuckyou fuckoff bullshit
    sexy cute beautiful princess prinzessin princesa queen king
    monkey dragon tiger lion eagle falcon shark dolphin butterfly flower rose sunflower rainbow unicorn pokemon
    sunshine sonnenschein moonlight starlight angel angels blessed jesus jesuschrist christ god godisgood faith
    football fussball baseball basketball soccer hockey golf tennis cricket rugby liverpool liverpoolfc arsenal
    chelsea manchester manchesterunited barcelona realmadrid juventus bayern bayernmunich borussia schalke
    steelers cowboys yankees lakers eagles redsox packers ferrari porsche mercedes mustang corvette harley
    superman batman spiderman starwars startrek matrix pokémon naruto minecraft fortnite playstation nintendo
    computer internet google facebook youtube instagram linkedin microsoft windows samsung iphone android apple
    michael jennifer jordan michelle thomas daniel andrew joshua matthew robert charlie ashley jessica nicole
    anthony william elizabeth christopher alexander alexandra stephanie samantha sebastian dominic maximilian
    secret secrets topsecret geheim geheimnis secreto access accessdenied trustno trustnoone trustme whatever
    whatsup nothing something anything everything forever together summer winter spring autumn sommer winter
    herbst verano invierno january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
    samstag sonntag chocolate cookie coffee cheese banana orange strawberry pepper peppers ginger sugar honey
    killer hunter ranger soldier warrior ninja samurai hacker phantom shadow ghost vampire gangster player
    freedom liberty america england deutschland germany france espana london berlin paris madrid newyork
    mother father daddy mommy mama papa family familie brother sister baby babygirl babyboy buster maggie
    changeme changethis changepassword change default temporary temp tempo temppass guest user username test
    tester testing testtest demo sample example student teacher trainer learner training course school company
    office office365 outlook login logon loginpassword signin qwerty qwertz azerty qwert qwertyuiop qwertzuiop
    qwertyui qwertyu azertyuiop asdf asdfgh asdfghjkl asdfghjk zxcvbn zxcvbnm yxcvbnm qazwsx qazwsxedc
    qweasd qweasdzxc qweasdyxc asdfasdf qwerqwer zaqxsw zaqwsx poiuytrewq lkjhgfdsa mnbvcxz abcd abcde abcdef
    abcdefg abcdefgh abcdefghi abcdefghij aaaa aaaaaa abcabc abccba xxxxxx asdasd asdasdasd qweqwe qweqweqwe
    lantern lanterns lanternserver learning elearning hotel kitchen restaurant waiter barista shop store sales
    correcthorsebatterystaple correct horse battery staple donotenter ihavenoidea idontknow noidea nopassword
    blabla blablabla lalala hahaha hihihi haha money moneymoney dollar million rich lucky luckyone happy
    happyday happiness smile enjoy party music guitar piano metallica slipknot nirvana eminem beatles
    """.split()  # noqa: SIM905  # a list literal would be one line of 5,000 characters
)

# Rows of keyboards and the ordinary orders; a password that only walks along one of them is no password.
WALKS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()_+",
    '!"§$%&/()=?',
)
