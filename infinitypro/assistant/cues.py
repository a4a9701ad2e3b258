"""Small turns of phrase, in English and Spanish, that tell how a message continues the last one."""

import re
import unicodedata

_CUES = {
    # Asks whether something is free rather than for it: proposed before it is booked.
    "availability": r"\b(do you have|have you got|got any|any(thing|one|body|body's|one's)?\b.*\b(free|available|open|left|slots?|"
    r"appointments?|openings?|for)|is (there|it|anyone|that|\w+) (still )?(free|available|open)|are (you|there|any) .*(free|available|"
    r"slots?|openings?)|available\?|free\?|availability|what (times?|slots?|do you have)|when (can|could|is|are|do)|"
    r"(what|how) about|would .* (work|be possible)|"
    r"(tienes?|tienen|hay|tendr[ií]as?|queda) .*(libre|hueco|hora|disponib|cita|algo|sitio)|disponib|qu[eé] tal|hueco)",
    "change": r"\b(instead|actually|rather|change|move|switch|reschedul\w*|push|postpone|bring forward|different|another (time|day)|"
    r"make it|swap|sorry i meant|i meant|other (day|time)|earlier|later|mejor|en vez|en lugar|cambi\w+|mover|otro d[ií]a|otra hora|"
    r"aplazar|posponer|adelantar|m[aá]s tarde|m[aá]s temprano)\b",
    "also": r"\b(also|too|as well|another (one|appointment|haircut|booking)|one more|in addition|and (then )?(also )?a|second|plus|"
    r"tambi[eé]n|adem[aá]s|otra cita|y (un|una))\b",
    "all": r"\b(both|all( of (them|it))?|everything|every one|the two|ambas?|ambos|las dos|los dos|tod[oa]s)\b",
    "keep": r"\b(keep|leave it|don'?t (cancel|change|move)|not cancel|d[eé]ja(la|lo)|no (la |lo )?canceles|mantener|mejor no)\b",
    "duration": r"\b(how long|how much time|duration|cu[aá]nto (dura|tarda|tiempo)|how many (minutes|hours))\b",
    "price": r"\b(how much|price|prices|cost|costs|charge|fee|rate|rates|cu[aá]nto (cuesta|vale|cobran?|es|sale)|precios?|tarifas?)\b",
    "who": r"\b(who|which (stylist|barber|person|doctor|dentist|of you)|qui[eé]n|qui[eé]nes|con qui[eé]n)\b",
    "question": r"(\?|¿|^\s*(do|does|did|is|are|am|can|could|what|when|where|who|how|which|why|will|would|have|has|any|u |qu[eé]|"
    r"cu[aá]\w+|d[oó]nde|c[oó]mo|hay|tienen?|puedo|se puede)\b)",
    "first": r"\b(first (one|available|free)?|earliest|soonest|next available|asap|as soon as|primer[oa]?|cuanto antes|lo antes)\b",
    "nearby": r"\b(is|are) there (a|an|any) .*\b(near|close|nearby|around)|\bhay (alg[uú]n|una?) .*\b(cerca)",
    "team": r"\b(who (works|is on (the|your) team|are your (stylists|barbers|staff|doctors|dentists|people))|(your|the) (team|stylists|barbers|staff)\?|"
    r"qui[eé]n(es)? trabaja)",
    "bare_hour": r"\b(make it|at|to|what about|how about|maybe|say|mejor a las?|a las?|sobre las?)\s+\d{1,2}(?=\s*($|[?.!,]|instead|please|then|mejor|por favor))",
    "own_query": r"\b(do i (still )?have (an?|any|some)\w*|when am i|am i (still )?booked|tengo (alguna )?cita|what time (is|was) my|when('s| is| was) my|"
    r"a qu[eé] hora (es|era) mi|cu[aá]ndo (es|era|tengo) (mi )?cita)\b",
    "mine": r"\b(will (it|i|that)|do i (pay|owe|have to)|my (appointment|cut|haircut|visit)|mi cita)\b",
    "rights": r"\b(data|information|info|details|records?|account|history|datos|informaci[oó]n|historial|cuenta|gdpr|ccpa|privacy|"
    r"(delete|erase|forget) (me|everything)|b[oó]rr\w+|elimin\w+)\b",
    "insult": r"\b(you (guys |people |all )?(suck|are (useless|terrible|awful|the worst|idiots?|stupid|a joke))|idiots?|fuck\w*|bullshit|"
    r"sois (unos )?(in[uú]tiles|idiotas)|vaya (mierda|basura))\b",
    "soonest": r"(?<!my )\b(next (free|available|open|opening|slot|appointment)|first (free|available|opening|slot)|soonest|earliest|asap|"
    r"as soon as (possible|you can)|primer hueco|primera hora libre|cuanto antes|lo antes posible|lo m[aá]s pronto)\b",
    "services": r"\b(what (services|treatments|do you (do|offer))|services|which (services|treatments)|menu|qu[eé] servicios|servicios|"
    r"qu[eé] (hacen|ofrecen)|what can i (book|get))\b",
    "policy": r"\b(cancell?ation|cancel|pol[ií]tica)\b.*\b(policy|fee|rules?|charge|free|cancelaci[oó]n)\b|\bpolicy\b",
    "others": r"\b(list|show|tell|give|send|who|what|names?)\b.*\b(every(one|body)|all (the )?(customers?|clients?|patients?|appointments?|bookings?)|"
    r"(other|your) (customers?|clients?|patients?)|who (else )?is (booked|coming)|(customer|client|patient)s?' (names?|numbers?))|"
    r"\b(appointments?|bookings?) of (others|other people|everyone)|\bwho('s| is| else is)? (else )?(booked|coming in|has an appointment)\b",
    "contact": r"\b((your |the )?(phone|telephone|whatsapp|mobile) ?(number|no)?|your number|number to call|(your|an?|the) e-?mail|website|web ?page|call you|"
    r"tel[eé]fono|correo|p[aá]gina web|sitio web|email address)\b",
    "amount": r"[$€£]\s?\d|\b\d+([.,]\d+)?\s?(dollars?|bucks|euros?|usd|eur|d[oó]lares)\b|\bfor free\b|\bgratis\b",
    "still": r"\b(still|now|right now|today|tonight|currently|ahora|todav[ií]a|hoy|a[uú]n)\b",
    "closing": r"\b(clos(e|es|ing)|shut|cierran?|cierre)\b",
    "opening": r"\b(open|opens|opening|hours|abr(e|en|ir)|abiert[oa]s?|horarios?)\b",
    "thanks": r"\b(thanks?|thank you|thx|ty|cheers|gracias|appreciate)\b",
    "bye": r"\b(bye|goodbye|see (you|ya|u)|have a (nice|good)|take care|adi[oó]s|hasta (luego|pronto|ma[nñ]ana|el)|nos vemos|chao)\b",
    "frustrated": r"\b(you don'?t (get|understand)|not what i (asked|said|meant)|no not that|useless|no entiendes|no me entiendes|"
    r"that'?s not what)\b",
    "none_suit": r"\b(none|neither|not any of|don'?t (work|suit)|doesn'?t (work|suit)|can'?t (do|make)|no good|won'?t work|ninguno|"
    r"ninguna|no me (va|viene|sirve)|no puedo)\b",
    "working": r"\b(work|works|working|in|there|trabaja|est[aá]|atiende)\b",
    "start": r"^\s*(start|unstop|resume|subscribe)\W*$",
    "list": r"\b(my (next |upcoming )?(appointments?|bookings?|reservations?)|do i have|when am i|am i booked|mis? citas?|mi reserva|"
    r"what time (is|was) (my|it)|tengo cita|cu[aá]ndo (es|era) mi)\b",
}  # fmt: skip
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in _CUES.items()}


def has(text: str, *names: str) -> bool:
    """Whether one of the named cues is in the text."""
    plain = unicodedata.normalize("NFC", text).replace("’", "'")
    return any(_PATTERNS[name].search(plain) for name in names)


def found(text: str) -> tuple[str, ...]:
    """All cues in the text, for the trace."""
    return tuple(name for name in _PATTERNS if has(text, name))
