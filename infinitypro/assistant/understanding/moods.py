"""How a customer feels: negative, neutral or positive, and how angry, from a trained head and from how it is typed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from infinitypro.assistant.understanding import encoder, heads, views, words

NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
HEAD = encoder.TRAINED / "moods.head"
_BAD = re.compile(
    r"\b(?:terribl[ey]|horribl[ey]|awful(?:ly)?|worst|disgust\w*|unacceptabl[ey]|ridiculous\w*|useless|pathetic|appalling|dreadful|furious|fuming|angry|"
    r"outrag\w+|livid|fed up|disappoint\w*|unhappy|upset|annoy\w*|frustrat\w*|rude|unprofessional|ruin\w*|botched|butchered|wreck(?:ed)?|hate[ds]?|"
    r"rip[- ]?off|scam\w*|overcharged|incompeten\w*|shame(?:ful)?|joke|nightmare|disaster|rubbish|garbage|trash|crap\w*|shit\w*|wtf|damn|bloody hell|fuck\w*|"
    r"sucks?|money back|refund|complain\w*|waste of|let down|regret|dissatisf\w*|not (?:happy|satisfied|impressed|pleased|good|great|what i (?:asked|wanted|expected))|"
    r"(?:isn't|isnt|wasn't|wasnt|aren't|weren't) (?:happy|good|right|great|fair|what i)|uneven|patchy|crooked|lopsided|fell (?:off|out|apart)|still (?:waiting|broken|hurts|leaking)|"
    r"poor(?:ly)?|careless|dirty|filthy|worse|broke[n]?|scratched|damaged|mistreated|ignored|messed up|screwed up|"
    r"pesim[oa]|horribles?|terribles?|vergüenza|verguenza|asco|fatal|enfadad[oa]|enojad[oa]|furios[oa]|hart[oa]|decepcion\w*|inaceptable|queja|reclamacion|maleducad[oa]|"
    r"groser[oa]|arruin\w*|desastre|estafa\w*|mierda|inutil\w*|peor|devuelv\w*|desigual|mal (?:hecho|servicio|trato|corte)|muy mal)\b"
)
_GOOD = re.compile(
    r"\b(?:love(?:d|ly|s)?|amazing|awesome|fantastic|excellent|wonderful|brilliant|perfect(?:ly)?|great|delighted|thrilled|best|beautiful|gorgeous|"
    r"happy|pleased|thank(?:s| you)|appreciate[ds]?|recommend|impressed|superb|fabulous|delicious|satisfied|glad|enjoy(?:ed)?|incredible|"
    r"encant[ao]|encantad[oa]|excelente|genial|maravill\w*|perfect[oa]|content[oa]|feliz|gracias|precios[oa]|buenisim[oa]|estupend[oa]|recomiendo|increible)\b"
)
_NEGATED_BEFORE = re.compile(
    r"\b(?:not|no|never|isn't|wasn't|don't|didn't|hardly|nothing|without|nunca|sin|nada)(?: \w+){0,2} $"
)
_SARCASM = re.compile(
    r"\b(?:thanks for (?:nothing|wasting|ruining)|nice job (?:ruining|breaking|on)|(?:great|lovely|wonderful|brilliant|perfect|fantastic|amazing|bravo|wow)[,.! ]+(?:another|now i|so now|again|just what|yet another|only waited)|"
    r"(?:great|nice|good|amazing|lovely|wonderful|excellent) (?:service|job|work)[,.! ]+(?:only|just|i waited|waited|as always not|not)|how wonderful that you|yeah right|oh great|well done for|gracias por nada|que bien, otra vez|"
    r"congratulations on|must be nice to|clap clap|are you (?:kidding|serious)|you(?:'ve| have) got to be kidding|is this a joke)\b"
)
_FURY = re.compile(
    r"\b(?:furious|livid|outrageous|unacceptable|disgusting|pathetic|fuming|fuck\w*|shit\w*|wtf|worst|money back|refund|ridiculous|a joke|never (?:again|coming back)|scam\w*|"
    r"demand|how dare|sick of|fed up|had enough|useless|incompetent|ruined|hate (?:you|this|my)|rip[- ]?off|angry|liars?|idiots?|stupid|"
    r"inaceptable|verguenza|furios[oa]|hart[oa]|asco|mierda|estafa|devuelv\w*|exijo|enfadad[oa]|enojad[oa]|inutiles?|arruin\w*|pesimo)\b"
)
_CROSS_FACES = re.compile(r"[😠😡🤬👿😤💢🖕]")
_SAD_FACES = re.compile(r"[😞😔☹🙁😢😭😒🙄😕👎💔]|(?<!\w):-?[(/]")
_GLAD_FACES = re.compile(r"[😊😍🥰😀😃😄😁❤💕💖🙏👍🎉🤩😘💯✨]|(?<!\w):-?[)D]")


@dataclass(frozen=True)
class Mood:
    """The mood's name, its strength from -1 to 1, and anger from 0 to 1."""

    name: str
    score: float
    anger: float


def read(text: str, *, vector: "encoder.Floats", language: str) -> Mood:
    """The mood of a text whose (unmasked) vector is given."""
    chances = _head().probabilities(texts=[views.for_words(text, language)], vectors=vector[None, :])[0]
    by_label = dict(zip(_head().labels, map(float, chances), strict=True))
    learnt = by_label[POSITIVE] - by_label[NEGATIVE]
    typed = _typed(text)
    score = max(-1.0, min(1.0, 0.7 * learnt + 0.5 * typed))
    if _SARCASM.search(_plain(text)):
        score = min(score, -0.6)
    name = NEGATIVE if score < -0.3 else POSITIVE if score > 0.3 else NEUTRAL
    return Mood(name, round(score, 3), round(_anger(text, score), 3))


def _typed(text: str) -> float:
    """From the words themselves, -1 to 1: each word of mood turned round when negated, faces counted twice."""
    plain = _plain(text)
    bad, good = _tally(plain, _BAD), _tally(plain, _GOOD)
    balance = good[0] + bad[1] * 0.5 - bad[0] - good[1]
    balance += 2 * bool(_GLAD_FACES.search(text)) - 2 * bool(
        _SAD_FACES.search(text) or _CROSS_FACES.search(text)
    )
    return max(-1.0, min(1.0, balance / 2))


def _tally(plain: str, pattern: "re.Pattern[str]") -> tuple[int, int]:
    """How often a word of this mood stands as it is, and how often negated."""
    negated = [bool(_NEGATED_BEFORE.search(plain[: match.start()])) for match in pattern.finditer(plain)]
    return negated.count(False), negated.count(True)


def _anger(text: str, score: float) -> float:
    if score > -0.2:
        return 0.0
    plain = _plain(text)
    shouted = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.isupper()]
    heat = (
        0.3 * min(3, len(_FURY.findall(plain)))
        + 0.25 * min(2, len(shouted))
        + 0.15 * ("!!" in text or "?!" in text)
    )
    heat += 0.4 * bool(_CROSS_FACES.search(text)) + 0.1 * bool(_SARCASM.search(plain))
    return min(1.0, heat + 0.2 * max(0.0, -score - 0.5))


def _plain(text: str) -> str:
    return " ".join(words.fold(text).split())


@lru_cache(maxsize=1)
def _head() -> heads.Head:
    return heads.load(HEAD.read_bytes())
