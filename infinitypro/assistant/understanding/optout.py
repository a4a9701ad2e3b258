"""Whether a message ends (or resumes) automated messages: decided by rules alone, before any model sees the text.

Two ways to say it. A *keyword* is the whole message (CTIA Messaging Principles 5.1.2 and 47 CFR 64.1200(a)(10): STOP, END,
CANCEL, QUIT …). A *sentence* is any reasonable wording (the same rule asks for it): an order to cease plus what shall
cease, in one clause. A clause that only limits when or about what ("not after nine", "the one for Tuesday") is neither.
"""

import re

from infinitypro.assistant.understanding import words

_KEYWORDS = frozenset(
    "stop stopall unsubscribe end quit cancel revoke optout unsub "
    "baja alto desuscribir desuscribirme pare arret arreter desabonner desinscrire desabonnement "
    "stopp abmelden abbestellen abmeldung basta disiscrivi disiscrivimi cancellami sair descadastrar "
    "afmelden uitschrijven avmeld avsluta".split()
)
_PHRASES = frozenset(
    (
        "stop all",
        "stop it",
        "stop this",
        "stop that",
        "stop now",
        "please stop",
        "opt out",
        "opt me out",
        "unsubscribe me",
        "remove me",
        "cancel all messages",
        "dar de baja",
        "darme de baja",
        "dame de baja",
        "denme de baja",
        "deme de baja",
        "baja total",
        "quiero la baja",
        "se desabonner",
        "me desabonner",
        "mich abmelden",
        "cancelar inscricao",
        "cancelar suscripcion",
    )
)
_POLITE = frozenset(
    "please pls plz thanks thank you thx ty now kindly hi hello hey sorry just immediately ok okay enough already "
    "por favor porfavor gracias ya bitte danke jetzt merci svp maintenant grazie per obrigado obrigada s'il vous plait te".split()
)
_RESUME = frozenset(
    "start unstop subscribe resume optin alta suscribir suscribirme reanudar reprendre anmelden iniziare voltar".split()
)
_CLAUSE_END = re.compile(
    r"[.!?;,:\n]+|\s-\s|(?<=\w)\s+(?:and|but|y|pero|und|et|e)\s+(?=stop|don|no |ne |kein)"
)

# What may cease: the act of writing, or the thing written.
_SENT = (
    r"(?:text|message|messages?|msgs?|sms|e-?mails?|reminders?|notifications?|alerts?|promos?|promotions?|offers?|ads?|"
    r"adverts?|advertising|marketing|newsletters?|spam|updates?|communications?|stuff|things?|whatsapps?|texts)"
)
_ACT = r"(?:text|messag|msg|contact|writ|email|e-mail|spam|bother|harass|pester|annoy|ping|whatsapp|sms|notify|hassl|disturb)"
_ACTING = _ACT + r"(?:[tm]?ing|in|e)?"

_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        # English
        rf"\b(?:stop|quit|cease|enough)\b(?: (?:with|of|all|the|these|those|your|this|any|with|sending|getting|me))*(?: \w+)?? {_SENT}\b(?! (?:working|arriving|coming))",
        rf"\b(?:stop|quit|cease|enough with|enough of)\b(?: (?:constantly|always|this|the|all|with|your))* {_ACTING}\b(?: (?:me|us|my|this|now|please|already|at|all|the|every|so|immediately)|$)",
        r"\b(?:stop|quit|cease)\b (?:sending|mailing|calling) (?:me|us|these|this|those|them|my|to)\b",
        rf"\b(?:do not|don't|dont|never|nobody|no one should) (?:ever |please )?(?:{_ACT}e?|send)(?: to)? (?:me|us|my|this)\b.*\b(?:again|any ?more|ever|any|anything|{_SENT})",
        rf"\b(?:do not|don't|dont|never) (?:ever )?{_ACT}e?(?: me| us| my (?:phone|number)| this number)?$",
        rf"\b(?:no more|not any more|no further) (?:of (?:these|your|those) )?(?:\w+ )?{_SENT}\b",
        rf"\b(?:don't|dont|do not|no longer|never) (?:want|wish|like|need|care) (?:(?:to|you|any|more|further|get|getting|receive|receiving|hear|be|have|these|this|those|your|the|of|such|from|me|sending) )*(?:\w+ )?(?:{_SENT}|{_ACT}ing|{_ACT}ed)\b",
        rf"\b(?:no longer|don't|dont|do not|never)\b.{{0,12}}\b(?:hear|hearing) from (?:you|y'all|u)\b(?!.*\bback\b)",
        rf"\b(?:don't|dont|do not|no longer) (?:want|wish)\b.{{0,15}}\b(?:contacted|texted|messaged|on (?:your|this|the) (?:mailing |contact |sms |text )?list)\b",
        r"\b(?:take|remove|delete|get|drop|cut) (?:me|us|my (?:\w+ )?(?:number|phone|contact|e-?mail(?: address)?|name)|this number) (?:off|from|out of) (?:of )?(?:your|the|this|all|any|these|ur)?\s?(?:\w+ ){0,2}(?:lists?|messages|texts|contacts|database|group|broadcasts?|updates|reminders|mailing)\b",
        r"\b(?:remove|delete|lose|forget|erase) (?:my|this) (?:phone |mobile |cell |contact )?(?:number|digits)\b",
        r"\bunsubscribe\b(?: (?:me|us|now|please|this|my (?:\w+ )?(?:number|phone|e-?mail)|from|all|here)\b|$)",
        r"\bopt(?:ing)?(?: me| us)?[ -]?out\b(?! of the \w+ (?:treatment|service))",
        r"\bleave (?:me|us) (?:alone|be|in peace)\b",
        rf"\b(?:turn|switch) off (?:all |these |the |your |my )*{_SENT}\b(?! for)",
        rf"\b(?:end|cancel|discontinue|halt|block) (?:all |these |the |your |my |any )*(?:future |further |subscription to )?(?:these |the |your )*(?:{_SENT}|(?:text |sms )subscription)\b",
        rf"\b(?:do not|don't|dont|never|no longer|didn't|did not) (?:consent|agree|agreed|sign up|signed up) (?:to|for) (?:\w+ )?(?:{_SENT}|being (?:\w+ed))",
        r"\brevoke (?:my )?(?:consent|permission)\b(?!.*\bdata\b)",
        # Spanish
        r"\b(?:ya )?no (?:me|nos) (?:vuelvan? a |vuelvas a )?(?:escrib|mand|envi|contact|molest|mensaj|llam|textee)\w*\b.*\b(?:mas|nunca|nada|mensajes|publicidad|promociones|recordatorios|sms)\b",
        r"\bya no (?:me|nos) (?:escrib|mand|envi|contact|molest)\w*",
        r"\bno (?:me|nos) (?:escrib|contact|molest)(?:as|an|a|en|e|es|ais|eis)$",
        r"\b(?:deja|deje|dejen|dejad|dejar|dejaras|paren|para|pare|parad|basta) (?:ya )?(?:de|con) (?:\w+ ){0,2}?(?:escrib|mand|envi|contact|molest|llamar|mensaj|spam|recordatorio|publicidad|esos|estos|tantos)",
        r"\bno (?:mas|quiero mas|quiero recibir|deseo recibir|quiero que me (?:escriban|manden|envien|contacten))\b.{0,20}(?:mensaj|sms|recordatorio|publicidad|promocion|correo|notificacion|aviso|$)",
        r"\b(?:dar|darme|dame|denme|deme|dadme|darnos|doy) (?:por favor )?de baja\b",
        r"\b(?:quit|sac|borr|elimin)\w*me de (?:la|su|tu|vuestra|esta|sus) lista",
        r"\b(?:borr|elimin|quit)\w* mi (?:numero|telefono)\b",
        r"\bdejen?me en paz\b|\bdejenme tranquil[oa]\b|\bdesuscri[bp]\w*",
        # French
        r"\b(?:arret|cess)(?:e|ez|er|es)\b(?: tout de suite)? (?:de |d'|vos |les |tous |ces )(?:\w+ )?(?:m'|me |nous |vos |envo|contact|ecri|messag|sms|harcel|spam|texto)",
        r"\bne (?:m'|me |nous )\s?(?:\w+) (?:plus|jamais)\b",
        r"\bje (?:ne )?(?:veux|souhaite|desire) (?:plus|pas) (?:\w+ ){0,2}?(?:recevoir|de (?:vos |ces )?(?:messages|sms|textos|rappels|pub|notifications)|etre (?:contact|dérang|derang))",
        r"(?:^|\bj'ai dit |\bs'il vous plait )plus (?:de|aucun) (?:messages?|sms|textos?|rappels?|pub\w*|notifications?)\b",
        r"\bdes(?:abonn|inscri)\w*",
        r"\b(?:retire|supprim|enlev|effac)\w*[ -](?:moi|mon numero)\b(?: de (?:la|votre|vos) liste)?",
        r"\blaissez?[ -]moi tranquille\b",
        # German
        r"\bkeine?n? (?:weiteren? |solchen? )?(?:nachricht|sms|werbung|mail|erinnerung|e-mail|whatsapp|benachrichtigung|newsletter)\w* mehr\b|^keine (?:weiteren )?(?:nachrichten|werbung|sms|mails)\b",
        r"\bhor(?:t|en sie|en)? (?:bitte |endlich )?auf\b.*\b(?:schreib|nachricht|kontakt|schick|send|belastig|nerv|sms|mail)",
        r"\b(?:schreib|kontaktier|schick|send|belastig)\w* (?:sie )?(?:mir|mich|uns) (?:bitte )?(?:nicht(?:s)? mehr|nie (?:wieder|mehr)|keine)\b",
        r"\b(?:mir|mich) (?:bitte )?nicht(?:s)? mehr (?:schreib|kontaktier|schick|send|anschreib|belastig)",
        r"\b(?:will|mochte|wunsche) keine\b.*\b(?:nachricht|sms|werbung|mail|erinnerung|benachrichtigung)",
        r"\bmich (?:bitte )?(?:ab|aus)(?:melden|tragen)\b|\b(?:melde|meldet|melden sie) mich (?:bitte )?ab\b|\b(?:newsletter|nachrichten) (?:bitte )?abbestellen\b",
        r"\b(?:von|aus) (?:der|eurer|ihrer|deiner) liste (?:nehmen|streichen|loschen|entfernen)\b|\bloscht? (?:bitte )?meine nummer\b|\blasst? mich in ruhe\b",
        # Italian
        r"\bnon (?:mi |ci )?(?:scriv|contatt|mand|invi|disturb|messagg)\w* (?:mi )?(?:\w+ )?(?:piu|altri)\b",
        r"\bsmett\w* (?:di|con) (?:\w+ )?(?:scriv|mand|invi|contatt|disturb|messagg)|\bbasta (?:con )?(?:i |questi |tutti )?(?:messaggi|sms|promemoria|pubblicita)",
        r"\bnon (?:voglio|desidero) (?:piu )?(?:ricevere|altri)\b|\bniente piu messaggi\b|\b(?:cancell|toglie|togli|rimuov)\w*mi (?:dalla|da) (?:\w+ )?lista\b|\bdisiscriv\w*",
        # Portuguese
        r"\bpar(?:e|em|a|ar) de (?:me )?(?:\w+ )?(?:envi|mand|escrev|contat|mensag|incomod|perturb)",
        r"\bnao (?:me |nos )?(?:envi|mand|escrev|contat|incomod|perturb)\w* mais\b|\bnao quero (?:mais )?receber\b|\bnao quero mais (?:\w+ )?mensage\w*|\bchega de mensagens\b",
        r"\b(?:tir|remov)\w*[ -]me da (?:\w+ )?lista\b|\bme (?:tir|remov)\w* da (?:\w+ )?lista\b|\bdescadastr\w*",
        # Dutch
        r"\bgeen (?:\w+ )?(?:berichten|sms|reclame|mails?) meer\b|\bstop met (?:\w+ )*(?:sturen|berichten|appen|mailen|sms)|\b(?:schrijf|meld) mij (?:uit|af)\b",
    )
)
_NOT_A_STOP = re.compile(
    r"\b(?:don't|dont|do not|never|can't|cant|cannot|couldn't|won't|no need to|didn't|please don't) (?:ever )?(?:stop|quit)\b"
    r"|\b(?:why|when|since|did|have|has|had) (?:did |have |has )?(?:you|u|they|it|he|she|my)?\s?(?:stop|quit)"
    r"|\b(?:stop|stops|stopped|stopping) (?:by|in|over|at|off|working|for)\b"
    r"|\bno (?:paren|dejen|pares|dejes) de\b|\b(?:don't|dont|do not) (?:forget|hesitate|mind|worry)\b"
    r"|\b(?:don't|dont|do not) \w+ (?:back|yet|until|till)\b|\b(?:don't|dont|do not) need (?:the|a) \w+$"
)
# A limit in time or subject: the person wants other messages, not none.
_LIMITED = re.compile(
    r"\b(?:after|before|until|till|while|during|between|at night|at work|in the (?:morning|evening|night)|so (?:late|early|much|often)|"
    r"(?:this|too) (?:late|early)|late at|on (?:my|the) other|on weekends|"
    r"(?:for|about|on) (?:the |my |that )?(?:\w+ )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|appointment|visit)s?|"
    r"after|despues de|antes de|hasta|por la noche|tan tarde|en domingo|los domingos|"
    r"apres|avant \d|la nuit|nach \d|vor \d|nachts|am sonntag|dopo le|prima delle|depois das|antes das)\b"
)
_RESUME_SENTENCE = re.compile(
    r"\b(?:start|resume|begin) (?:sending|texting|messaging|the messages|messages)|\bopt(?:ing)?(?: me)?[ -](?:back )?in\b|"
    r"\b(?:re)?subscribe me\b|\bsign me (?:back )?up\b.*\b(?:messages|texts|list)\b|\b(?:quiero|volver a) recibir (?:los )?mensajes\b|"
    r"\btext me again\b(?<!not text me again)|\bdar(?:me)? de alta\b"
)


def is_stop(text: str) -> bool:
    """Whether the message asks that automated messages end."""
    clauses = _clauses(text)
    if not clauses:
        return False
    if _is_keyword_message(clauses):
        return True
    return any(_ends_messages(clause) for clause in _sentences(text))


def is_start(text: str) -> bool:
    """Whether the message asks that automated messages begin again."""
    clauses = _clauses(text)
    left = [word for clause in clauses for word in clause if word not in _POLITE]
    if len(left) == 1 and left[0] in _RESUME:
        return True
    return any(_RESUME_SENTENCE.search(clause) and not _ends_messages(clause) for clause in _sentences(text))


def _sentences(text: str) -> list[str]:
    return [" ".join(clause.split()) for clause in _CLAUSE_END.split(words.fold(text)) if clause.strip()]


def _clauses(text: str) -> list[list[str]]:
    split = ([word.text for word in words.split(clause)] for clause in re.split(r"[.!?;,:\n]+", text))
    return [clause for clause in split if clause]


def _is_keyword_message(clauses: list[list[str]]) -> bool:
    """Whether nothing but a keyword and politeness was written; "cancel" alone must stand quite alone."""
    everything = [word for clause in clauses for word in clause]
    if everything == ["cancel"]:
        return True
    left = [_squeezed(word) for word in everything if word not in _POLITE]
    if " ".join(left) in _PHRASES or " ".join(everything) in _PHRASES:
        return True
    return bool(left) and all(word in _KEYWORDS and word != "cancel" for word in left)


def _squeezed(word: str) -> str:
    """ "stoppp" and a slip in a long keyword as the keyword itself."""
    plain = re.sub(r"(.)\1{2,}", r"\1", word)
    if plain in _KEYWORDS:
        return plain
    single = re.sub(r"(.)\1+", r"\1", word)
    if single in _KEYWORDS:
        return single
    near = [keyword for keyword in _KEYWORDS if len(keyword) >= 7 and words.is_near(plain, keyword)]
    return near[0] if near else plain


def _ends_messages(clause: str) -> bool:
    plain = re.sub(
        r"^(?:please|pls|plz|por favor|bitte|just|ok|hey|hi)\s+|\s+(?:please|pls|plz|por favor|bitte)$",
        "",
        clause,
    )
    if _NOT_A_STOP.search(plain) or _LIMITED.search(plain):
        return False
    return any(pattern.search(plain) for pattern in _SENTENCES)
