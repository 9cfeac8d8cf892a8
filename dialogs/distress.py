"""Whether somebody is in danger: fire, an injury, violence; read from the words, in whatever language.

These are few phrases on purpose, and no intent: who screams says little, and no doubt may come between.
Office matters ("Notfallausweis", "Waffenschein") and what is long over ("gestern gestürzt") are none.
"""

from __future__ import annotations

import re

from dialogs.words import plain

_SHOUTS = r"(?:(?:hilfe|achtung|schnell|oh gott|mein gott|bitte|hallo|help|quick|please|oh my god|hey|oh) )*"
_SOON = (
    r"(?: (?:bitte|schnell|sofort|sie|doch|mal|jetzt|dringend|mir|uns|einen|eine|einem|den|die|der|"
    r"us|me|someone|somebody|please|now|an|a|the|for))*"
)
_PERSON = (
    r"(?:jemand|mann|frau|kind|er|sie|ich|person|mutter|vater|oma|opa|mama|papa|junge|mädchen|dame|herr|"
    r"einer|eine|sohn|tochter|baby|freund|freundin|kollege|kollegin|bruder|schwester)"
)
_PERSON_EN = (
    r"(?:someone|somebody|man|woman|lady|child|he|she|i|person|mother|father|grandma|grandpa|mum|mom|dad|"
    r"boy|girl|son|daughter|baby|friend|wife|husband|brother|sister)"
)
_HERE = r"(?: (?:hier|da|dort|gerade|eben|plötzlich|auf einmal|draußen|drinnen|neben mir|hinter mir))*"
_VERY = r"(?: (?:so|sehr|ganz|starke|stark|große|schlimme|furchtbare|schreckliche|heftige|plötzlich|solche))*"
_FALLEN = r"(?:umgefallen|umgekippt|gestürzt|hingefallen|verletzt)"
_CALL = r"\b(?:ruf|rufe|rufen|ruft|hol|hole|holen|holt|verständigen|alarmieren|call)"

# who asks for one of them is heard whatever else stands in the sentence
_CALLS = (
    rf"{_CALL}{_SOON} (?:feuerwehr|polizei|arzt|doctor|police|fire brigade|fire department)\b",
    rf"(?:{_CALL}|\b(?:brauche|brauchen|need)){_SOON} (?:notarzt|krankenwagen|rettungswagen)\b",
    rf"(?:{_CALL}|\b(?:brauche|brauchen)){_SOON} (?:rettungsdienst|sanitäter)\b",
    rf"\b(?:call|need|get){_SOON} (?:ambulance|paramedics?)\b",
    rf"(?:{_CALL}|\b(?:wähl\w*|dial)){_SOON} 112\b",
    r"\b(?:feuerwehr|polizei|notarzt|krankenwagen|rettungswagen) (?:rufen|holen)\b",
)
_DANGERS = (
    # all that is said, so that no permit and no insurance is meant
    rf"^{_SHOUTS}(?:(?:da|hier|dort|es|das|wir) (?:ist|gibt es|gibt|haben) )?(?:hier )?"
    r"(?:ein |einen |medizinischer )?(?:feuer|feueralarm|notfall|überfall|brand)"
    r"(?: (?:hier|da|dort|drüben|draußen|bitte|im|in|auf|neben)\b.*)?$",
    rf"^{_SHOUTS}(?:(?:there is|there s|it is|it s|this is|i see|we have|i smell) )?(?:an? )?(?:medical )?"
    r"(?:fire|emergency|smoke)(?: (?:in|on|at|over|here|there|outside)\b.*)?$",
    r"\b(?:feuer|brand|notfall) melden$",
    rf"^{_SHOUTS}(?:ich|wir) (?:sehe|sehen|rieche|riechen) (?:feuer|rauch|gas)\b",
    r"\b(?:es|hier|da|dort) brennt(?! nicht)\b",
    r"\b(?:es|hier) riecht nach (?:gas|rauch|feuer)\b",
    r"\b(?:is|s) on fire\b|\bsomething is burning\b|\bsmells? (?:of )?(?:gas|smoke)\b",
    # somebody is ill or hurt
    rf"\b(?:habe?|hat){_VERY} (?:brust|herz|bauch)?schmerzen\b",
    rf"\b{_PERSON}(?: \w+){{0,2}}? (?:ist|bin){_HERE} {_FALLEN}\b",
    rf"\bist(?: \w+){{0,2}}? {_PERSON}{_HERE} {_FALLEN}\b",
    r"\b(?:zusammengebrochen|ohnmächtig|bewusstlos|in ohnmacht)\b",
    r"\b(?:keine luft|nicht (?:mehr |richtig )?atmen|atmet nicht|erstick(?:e|t)|blutet|ich blute)\b",
    r"\b(?:hat|habe|hab|bekommt|bekomme|kriegt|kriege)(?: (?:einen|gerade|glaube|ich|wohl|jetzt|hier))* "
    r"(?:herzinfarkt|schlaganfall|herzstillstand|(?:krampf|epileptischen )?anfall|allergischen schock)\b",
    r"\bmir (?:ist|wird)(?: (?:so|sehr|ganz|richtig|plötzlich|gerade))* "
    r"(?:schwindlig|schwindelig|schlecht|übel|schwarz vor)\b",
    r"\b(?:brauche|brauchen)(?: (?:schnell|sofort|dringend|einen))* arzt\b|\bneed a doctor\b",
    r"\bfruchtblase\b",
    r"\b(?:fainted|passed out|unconscious|not breathing|stopped breathing|choking|chest pains?)\b",
    r"\b(?:is|s|m) bleeding\b",
    rf"\b{_PERSON_EN}(?: (?:has|have|just|s))* (?:collapsed|(?:fell|fallen) (?:down|over)|fallen$)",
    rf"\b{_PERSON_EN} (?:is|am) (?:badly )?(?:hurt|injured)\b",
    r"\b(?:can t|cannot|can not) breathe\b|\bheart attack\b|\bhaving a (?:stroke|seizure)\b",
    r"\b(?:i m|i am|is) in (?:\w+ )?pain\b|\bi have (?:\w+ )?pain\b",
    # violence, and those who are about to harm themselves
    r"\b(?:werde|wird|werden) (?:\w+ )?(?:bedroht|angegriffen|überfallen|geschlagen|verprügelt)\b",
    r"\b(?:bedroht|schlägt) mich\b|^(?:hilfe )?(?:eine )?schlägerei\b|\beine bombe$",
    rf"\b{_PERSON}(?: da)? (?:hat|mit)(?: hier)? (?:ein(?:em)? messer|einer? (?:waffe|pistole))\b",
    r"\b(?:has|got) a (?:knife|gun|weapon)\b|\bbeing (?:attacked|robbed|threatened)\b",
    r"\b(?:mich umbringen|bringe mich um|ich (?:will|möchte|mag) nicht mehr leben|kill myself)\b",
    # what is shouted in the other languages
    r"\byang[ıi]n var\b|^yang[ıi]n$|\bimdat\b|\bambulans\w* (?:çağır|cagir)\w*",
    r"\bbay[ıi]ld[ıi]\b|\bnefes alam[ıi]yor\w*",
    r"^пожежа$|\b(?:тут|у нас) пожежа\b|\bвиклич\w* (?:швидку|поліцію|пожежн\w*)",
    r"\bзнепритомні\w+|\bне мож\w+ дихати\b",
    r"^пожар$|\b(?:здесь|тут|у нас) пожар\b|\bвызов\w* (?:скорую|полицию|пожарн\w*)",
    r"\bпотерял\w* сознание\b|\bне мог\w+ дышать\b",
    r"^pożar$|\bpali się$|\b(?:wezw\w+|proszę)(?: wezwać)? (?:karetkę|pogotowie|policję)",
    r"\bzemdla\w+|\bnie mog\w+ oddychać\b",
    r"\bau feu$|\bil y a le feu\b|\bévanouie?\b|\bpeu[xt] (?:pas|plus) respirer\b",
    r"\bappelez (?:une ambulance|les secours|le samu|les pompiers|la police)\b",
    r"^حريق|\bهناك حريق|سيارة إسعاف|بالإسعاف|أغمي علي|فقدت? الوعي|لا أستطيع التنفس|^النجدة",
)
_MATTERS = (
    r"ausweis|reisepass|führerschein|waffenschein|anmeld|ummeld|beantrag|genehmig|erlaubnis|bescheinig",
    r"urkund|formular|gebühr|\bkost|termin|steuer|versicher|ehrenamt|spende|vollmacht|pflege|abholen",
    r"krankenhaus|\bnicht (?:\w+ )?(?:her)?kommen\b|\bgehabt\b|\bhad\b|\bcan t come\b|hospital",
    r"passport|\bid card|licen[cs]e|permit|certificate|appl(?:y|ication)|appointment|register|\bfee\b",
    r"\bkein\w* (?:notfall|feuer|schmerzen)|\bnot an emergency|\bno (?:fire|emergency|pain)",
    r"\b(?:gestern|vorgestern|letzte\w*|vorige\w*|früher|damals|neulich|wenn|falls)\b",
    r"\b(?:yesterday|last|ago|if|when)\b|\bvor (?:\w+ )(?:tag|woche|monat|jahr)\w*",
)
_CALLED, _DANGER, _MATTER = (re.compile("|".join(parts)) for parts in (_CALLS, _DANGERS, _MATTERS))
_VALUE = 2  # what is no longer may be a value of the form


def said(text: str, *, form: bool = False) -> bool:
    """Whether the words tell of a danger now. `form`: they may be a value, as the surname "Feuer" is."""
    words = plain(text.replace("İ", "i"))
    if form and len(words.split()) <= _VALUE:
        return False
    return bool(_CALLED.search(words) or (_DANGER.search(words) and not _MATTER.search(words)))
