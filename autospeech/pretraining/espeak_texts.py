"""What the made speech says: numbers in every language, everyday phrases in some."""

from __future__ import annotations

import numpy as np

# eSpeak NG's languages and accents. Left out: constructed scripts, second spellings, and what 1.51 lists but cannot say
# (cv, he, tk).
# fmt: off
LANGUAGES = (
    "af", "am", "an", "ar", "as", "az", "ba", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el",
    "en-029", "en-gb", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-gb-x-rp", "en-us", "en-us-nyc", "eo",
    "es", "es-419", "et", "eu", "fa", "fi", "fr-be", "fr-ch", "fr-fr", "ga", "gd", "gn", "gu", "hak", "hi", "hr",
    "ht", "hu", "hy", "hyw", "id", "is", "it", "ja", "ka", "kk", "kl", "kn", "ko", "ku", "ky", "la", "lb", "lt", "lv",
    "mi", "mk", "ml", "mr", "ms", "mt", "my", "nb", "ne", "nl", "om", "pa", "pap", "pl", "pt", "pt-br", "qu", "ro",
    "ru", "ru-lv", "sd", "shn", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tn", "tr", "tt",
    "ug", "uk", "ur", "uz", "vi", "vi-vn-x-central", "vi-vn-x-south", "yue",
)
# fmt: on
# Languages of which single numbers are also words to be told apart: a word is one number in one of these.
WORD_LANGUAGES = ("ar", "cs", "el", "eu", "hi", "hu", "id", "ja", "ka", "ko", "sw", "vi")
WORD_NUMBERS = (*range(20), 20, 30, 50, 100)

PHRASES = {
    "en": "good morning everyone|where is the station|I would like a cup of tea|the weather is fine today|please close "
    "the door|how much does it cost|turn on the light|I do not know|see you tomorrow|we are going home now|stop|yes, "
    "of course",
    "de": "guten Morgen|wo ist der Bahnhof|ich möchte eine Tasse Tee|das Wetter ist heute schön|bitte mach die Tür zu|"
    "was kostet das|ich weiß es nicht|bis morgen|wir gehen jetzt nach Hause|das ist nicht wahr|ja, natürlich|vielen "
    "Dank",
    "fr": "bonjour à tous|où est la gare|je voudrais une tasse de thé|il fait beau aujourd'hui|fermez la porte s'il "
    "vous plaît|combien ça coûte|je ne sais pas|à demain|nous rentrons à la maison|ce n'est pas vrai|oui, bien sûr|"
    "merci beaucoup",
    "es": "buenos días|dónde está la estación|quisiera una taza de té|hoy hace buen tiempo|cierre la puerta por favor|"
    "cuánto cuesta|no lo sé|hasta mañana|ahora vamos a casa|eso no es verdad|sí, claro|muchas gracias",
    "it": "buongiorno a tutti|dov'è la stazione|vorrei una tazza di tè|oggi fa bel tempo|chiudi la porta per favore|"
    "quanto costa|non lo so|a domani|adesso andiamo a casa|non è vero|sì, certo|grazie mille",
    "pt": "bom dia a todos|onde fica a estação|queria uma chávena de chá|hoje está bom tempo|feche a porta por favor|"
    "quanto custa|não sei|até amanhã|agora vamos para casa|isso não é verdade|sim, claro|muito obrigado",
    "nl": "goedemorgen allemaal|waar is het station|ik wil graag een kop thee|het is mooi weer vandaag|doe de deur "
    "dicht|hoeveel kost het|ik weet het niet|tot morgen|we gaan nu naar huis|dat is niet waar|ja, natuurlijk|dank je "
    "wel",
    "sv": "god morgon|var är stationen|jag vill ha en kopp te|det är fint väder i dag|stäng dörren, tack|vad kostar "
    "det|jag vet inte|vi ses i morgon|nu går vi hem|det är inte sant|ja, självklart|tack så mycket",
    "da": "god morgen|hvor er stationen|jeg vil gerne have en kop te|vejret er godt i dag|luk døren|hvad koster det|"
    "jeg ved det ikke|vi ses i morgen|nu går vi hjem|det er ikke sandt|mange tak",
    "nb": "god morgen|hvor er stasjonen|jeg vil gjerne ha en kopp te|det er fint vær i dag|lukk døren|hva koster det|"
    "jeg vet ikke|vi ses i morgen|nå går vi hjem|det er ikke sant|tusen takk",
    "fi": "hyvää huomenta|missä on asema|haluaisin kupin teetä|tänään on kaunis sää|sulje ovi|paljonko se maksaa|en "
    "tiedä|nähdään huomenna|nyt mennään kotiin|se ei ole totta|kyllä|kiitos paljon",
    "pl": "dzień dobry|gdzie jest dworzec|poproszę herbatę|dzisiaj jest ładna pogoda|zamknij drzwi|ile to kosztuje|nie "
    "wiem|do jutra|teraz idziemy do domu|to nieprawda|tak, oczywiście|dziękuję bardzo",
    "cs": "dobré ráno|kde je nádraží|dám si čaj|dnes je hezky|zavři dveře|kolik to stojí|nevím|uvidíme se zítra|teď "
    "jdeme domů|to není pravda|ano, samozřejmě|děkuji",
    "ru": "доброе утро|где вокзал|я хочу чаю|сегодня хорошая погода|закройте дверь, пожалуйста|сколько это стоит|я не "
    "знаю|до завтра|сейчас мы идём домой|это неправда|да, конечно|большое спасибо",
    "uk": "доброго ранку|де вокзал|я хочу чаю|сьогодні гарна погода|зачиніть двері|скільки це коштує|я не знаю|до "
    "завтра|зараз ми йдемо додому|це неправда|так, звичайно|дуже дякую",
    "tr": "günaydın|istasyon nerede|bir bardak çay istiyorum|bugün hava güzel|kapıyı kapat|bu ne kadar|bilmiyorum|"
    "yarın görüşürüz|şimdi eve gidiyoruz|bu doğru değil|evet, tabii|çok teşekkür ederim",
    "hu": "jó reggelt|hol van az állomás|kérek egy csésze teát|ma szép idő van|csukd be az ajtót|mennyibe kerül|nem "
    "tudom|holnap találkozunk|most hazamegyünk|ez nem igaz|köszönöm szépen",
    "ro": "bună dimineața|unde este gara|aș vrea o ceașcă de ceai|astăzi este vreme bună|închide ușa|cât costă|nu știu|"
    "pe mâine|acum mergem acasă|nu este adevărat|da, desigur|mulțumesc mult",
    "id": "selamat pagi|di mana stasiun|saya mau secangkir teh|hari ini cuaca bagus|tolong tutup pintu|berapa harganya|"
    "saya tidak tahu|sampai besok|sekarang kita pulang|itu tidak benar|ya, tentu saja|terima kasih banyak",
    "el": "καλημέρα|πού είναι ο σταθμός|θέλω ένα τσάι|σήμερα έχει καλό καιρό|κλείσε την πόρτα|πόσο κάνει|δεν ξέρω|τα "
    "λέμε αύριο|τώρα πάμε σπίτι|δεν είναι αλήθεια|ευχαριστώ πολύ",
    "hr": "dobro jutro|gdje je kolodvor|želim šalicu čaja|danas je lijepo vrijeme|zatvori vrata|koliko to košta|ne "
    "znam|vidimo se sutra|sada idemo kući|to nije istina|naravno|hvala lijepa",
    "eo": "bonan matenon|kie estas la stacidomo|mi volas tason da teo|hodiaŭ estas bela vetero|fermu la pordon|kiom ĝi "
    "kostas|mi ne scias|ĝis morgaŭ|nun ni iras hejmen|tio ne estas vera|multan dankon",
    "la": "salve amice|ubi est via|hodie caelum serenum est|claude ianuam|nescio|cras veniam|nunc domum imus|gratias "
    "tibi ago",
}


def text_for(language: str, rng: np.random.Generator) -> str:
    """Draw something to say.

    Args:
        language: One of `LANGUAGES`.
        rng: Where the draw comes from.

    Returns:
        A phrase, where the language (or what its accent belongs to) has some, else or as often one to four numbers.

    Example:
        >>> text_for("ka", np.random.default_rng(0))
        '6369?'
    """
    phrases = PHRASES.get(language.split("-")[0])
    if phrases and rng.random() < 0.5:
        return str(rng.choice(phrases.split("|")))
    most = int(rng.choice([10, 100, 1000, 10000]))
    how_many = {10: 4, 100: 3, 1000: 2, 10000: 1}[most]
    numbers = rng.integers(0, most, int(rng.integers(1, how_many + 1)))
    return ("? " if rng.random() < 0.15 else ", ").join(map(str, numbers)) + str(rng.choice([".", "?", "!", ""]))
