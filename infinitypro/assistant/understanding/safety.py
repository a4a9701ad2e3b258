"""What a person must see at once whatever else was said: harm to health, the law, danger. Wording in English and Spanish.

Ordinary speech borrows these words ("dying for a haircut", "my hair is killing me", "burning question"), so a word alone
never counts: a symptom needs a body, an emergency needs a fact.
"""

import re

from infinitypro.assistant.understanding import words

_BODY = (
    r"(?:scalp|skin|head|face|eyes?|eyelids?|ears?|lips?|mouth|tongue|throat|neck|arms?|hands?|fingers?|nails?|legs?|feet|foot|toes?|"
    r"back|chest|stomach|belly|tooth|teeth|gums?|jaw|cheek|knee|ankle|shoulder|wrist|hip|body|wound|stitches|tattoo|piercing|"
    r"paws?|nose|breast|incision|arm|baby|dog|cat|puppy|kitten|son|daughter|child|he|she|it|i)"
)
_SYMPTOM = (
    r"(?:burn(?:ing|s|ed|t)?|swell(?:ing|s)?|swollen|swelled|bleed(?:ing|s)?|blister(?:s|ed|ing)?|numb|infected|oozing|pus|"
    r"itch(?:ing|y)? (?:badly|a lot|like crazy|all over)|rash|hives|peeling off|throbbing|inflamed|hurts? (?:so much|a lot|badly|really bad|like hell)|"
    r"in (?:so much|a lot of|terrible|severe|extreme|agony|unbearable) ?pain|red and (?:sore|hot|painful)|turning (?:blue|purple|black))"
)
_MEDICAL = (
    rf"\bmy {_BODY}\b(?: \w+){{0,4}} {_SYMPTOM}\b",
    rf"\b(?:his|her|their|the|our) (?:{_BODY})\b(?: (?:is|are|was|got|has|keeps|started|won't|wont|all|really|so|very|badly|now|been|a|bit|stop)){{0,4}} {_SYMPTOM}\b(?! (?:of|out of) the colou?r)",
    rf"\b{_SYMPTOM} (?:on|in|around|all over|of) (?:my|his|her) (?:\w+ )?{_BODY}\b",
    rf"\b(?:burns?|burned|burnt|cut|hurt|injured) (?:my|me|his|her) (?:{_BODY})\b(?=.*\b(?:bad|bleed|blood|burn|hospital|scalp|skin|ear|eye|doctor|wound)\w*)",
    r"\b(?:allergic|bad|severe|skin) reaction\b|\banaphyla\w+|\bepi-?pen\b|\bi (?:think )?i'?m having a reaction\b",
    r"\b(?:i|he|she|it|someone|my \w+) (?:just |has |have |had |is |am |got |keeps? )*(?:hives|a rash|fainted|passed out|collapsed|unconscious|seizures?|a seizure|convuls\w+|choking|overdosed?|poisoned|throwing up blood|vomiting blood|coughing (?:up )?blood|stroke|a stroke|a heart attack)\b",
    r"\b(?:a|painful|red|itchy|weird|bad|nasty) (?:rash|blisters?|infection)\b|\bgot (?:an? )?(?:\w+ )?(?:rash|infection|infected|blisters?|hives)\b|\b(?:looks|is|got|feels|think it'?s) infected\b",
    r"\bchest (?:pains?|hurts?|is tight|tightness)\b|\bpain in my chest\b|\b(?:can't|cannot|cant|hard to|trouble|difficulty|struggling to) breath(?:e|ing)?\b|\bshort(?:ness)? of breath\b",
    r"\b(?:won't|wont|doesn't|does not|can't|keeps?|hasn't|didn't) (?:stop(?:ped)? )?bleed(?:ing)?\b(?! of the colou?r)|\bbleeding (?:a lot|badly|heavily|non ?stop|everywhere|won't stop)|\blost (?:a lot of )?blood\b|\bpus\b",
    r"\b(?:ate|swallowed|eaten|drank|licked) (?:\w+ ){0,3}(?:chocolate|poison|antifreeze|rat|bleach|battery|xylitol|grapes|raisins|pills?|medication|dye|chemicals?|lily|onions?)\b",
    r"\b(?:hit by a car|broken (?:leg|arm|bone|jaw|tooth|nose|wrist)|knocked (?:out )?(?:my|a|his|her) tooth|tooth (?:got |was |has been )?knocked out|head injury|concussion)\b",
    r"\b(?:dislocated|sprained badly|unconscious|not responding|unresponsive|suicid\w+|kill myself|end my life|self[- ]harm|want to die)\b",
    r"\b(?:severe|terrible|unbearable|excruciating|extreme|intense|awful) (?:\w+ )?(?:pain|swelling|toothache|headache|bleeding)\b|\bin agony\b|\bface is swollen\b|\bswollen (?:face|jaw|cheek|gums?|eyes?|lips?|throat|tongue|scalp)\b",
    r"\b(?:side effects?|medication|antibiotics|painkillers?|ibuprofen|dosage|dose)\b(?=.*\b(?:should|can|safe|take|took|give|how much|how many|stop)\b)|\b(?:should|can|may) i (?:take|give \w+|put on|apply|use) (?:\w+ ){0,3}(?:antibiotics|painkillers?|ibuprofen|medication|paracetamol|aspirin|ointment|cortisone|cream on (?:it|the wound|the burn))\b",
    r"\b(?:chemical|second[- ]degree|third[- ]degree) burns?\b|\bburn(?:s|ed|t)? (?:from|by|after) (?:the )?(?:dye|bleach|wax|laser|peel|treatment|relaxer|perm)|\bfood poisoning\b",
    # Spanish
    r"\bme (?:arde|quema|pica|sangra|duele) (?:mucho |muchisimo |horrible |un monton )?(?:el |la |los |las )?(?:cuero cabelludo|piel|cara|ojos?|cabeza|pecho|oido|labios?)\b(?!.*\bpor favor cita)|\b(?:hinchad|inflamad|infectad)[oa]s?\b|\b(?:hinchazon|ampollas|sarpullido|ronchas|urticaria|pus)\b",
    r"\breaccion (?:alergica|fuerte|mala)|\balergia fuerte\b|\bme duele (?:mucho )?el pecho|\bdolor (?:en el|de) pecho|\bno puedo respirar|\bcuesta respirar|\bdificultad para respirar",
    r"\bno (?:para|deja) de sangrar|\bsangra(?:ndo)? mucho|\bse (?:desmayo|cayo inconsciente)|\bconvulsion\w*|\binconsciente\b|\bquemadura\w*|\bme quem(?:o|aron) (?:la piel|el cuero|la cara)|\bse (?:comio|trago) (?:\w+ ){0,2}(?:chocolate|veneno|pastilla)|\bdolor (?:insoportable|muy fuerte|terrible)|\bintoxic\w+",
)
_LEGAL = (
    r"\b(?:my |a |an |our |with |the )(?:lawyer|attorney|solicitor|barrister)s?\b|\blawyers?\b(?=.*\b(?:hear|contact|call|letter|involved)\b)|\blegal (?:action|advice|proceedings|claim|letter|department|notice|steps)\b|\b(?:sue|suing) (?:you|u|them|the|your|this|for)\b|\b(?:will|gonna|going to|i'll|ill|can|could|should) sue\b(?! \w+ (?:do|be|come|cut))",
    r"\b(?:take|taking|see|drag) (?:you|u|this|them|y'all|you all) (?:\w+ )?(?:to|in) court\b|\bsmall claims\b|\blawsuit\b|\bsubpoena\b|\bcourt (?:order|case|date|hearing)\b|\bcease and desist\b",
    r"\b(?:call|called|calling|report(?:ed|ing)?|go(?:ing)? to|filed?|contact(?:ing)?|inform(?:ed|ing)?) (?:\w+ ){0,4}(?:the police|police report|police|trading standards|health (?:inspector|department)|ombudsman|consumer (?:protection|affairs|rights)|authorities|data protection (?:authority|commission))\b|\bthe police\b",
    r"\b(?:malpractice|negligence|discriminat(?:ed|ion|ory)|sexual(?:ly)? (?:harass|assault)\w*|harass(?:ed|ment)|assault(?:ed)?|stole|stolen|theft|fraud(?:ulent)?|scam(?:med)?)\b(?! likely)",
    r"\b(?:abogad[oa]s?|demanda(?:r|re|rlos|rles)|denuncia(?:r|re|rlos)?|policia|juzgado|tribunal(?:es)?|acciones legales|juicio|negligencia|acoso|estafa|me robaron)\b",
)
_URGENT = (
    r"\bgas leak\b|\b(?:smell|smelling|smells) (?:of |like )?gas\b|\bcarbon monoxide\b|\bfuga de gas\b|\bhuele a gas\b",
    r"\b(?:on fire|caught fire|is a fire|house fire|smoke (?:is )?(?:coming|pouring)|smoking (?:engine|from)|explo(?:ded|sion)|sparks? (?:coming|flying)|electrical fire|flood(?:ed|ing)|water (?:is )?(?:pouring|gushing)|burst pipe)\b",
    r"\b(?:brakes?|steering)\b(?: \w+){0,4} (?:fail(?:ed|ing|s)?|not working|don't work|stopped working|went out|gave out|gone|locked up)\b|\b(?:no brakes|brake failure|lost (?:my |the )?brakes)\b",
    r"\b(?:car|truck|van) (?:\w+ ){0,3}(?:broke down|died|stalled|stuck) (?:\w+ ){0,3}(?:highway|motorway|freeway|road|tunnel|bridge|railway)\b|\bstranded\b|\b(?:car|road) accident\b|\bhad an accident\b|\b(?:crashed|a crash)\b(?= .*\b(?:car|just|need|help)\b)|\bjust crashed\b",
    r"\b(?:this is|it's|its|it is|have|having|got) an? (?:\w+ )?emergency\b(?! (?:haircut|hair|cut|nail|manicure|colou?r))|\bmedical emergency\b|\bcall (?:911|999|112|an ambulance)\b|\bambulance\b|\b(?:es|tengo) una (?:emergencia|urgencia)\b|\bambulancia\b",
    r"\b(?:locked|trapped|stuck) in(?:side)? (?:the|your|a) (?:salon|building|lift|elevator|bathroom|toilet|car|studio|gym|shop|office|sauna|room)\b|\b(?:someone|somebody|man|guy) (?:is )?(?:breaking in|broke in|has a (?:gun|knife)|attacking|threatening|following me)\b|\bbreak-?in\b",
    r"\b(?:se esta incendiando|incendio|no (?:me )?frenan?|sin frenos|fallan los frenos|no funcionan los frenos|accidente|atrapad[oa]|inundacion)\b",
)
_FIGURES = re.compile(
    r"\b(?:dying (?:for|to)|to die for|killing (?:me|it)|kill for|burning (?:question|desire|calories|fat)|(?:on|is|was|were|are) fire 🔥|"
    r"heart attack when|nearly died laughing|bleeding (?:edge|of the)|police (?:officer discount|academy)|sick (?:of|cut)|"
    r"no emergency|not an? emergency|not urgent|slow burn|burn(?:t)? (?:orange|caramel)|fire (?:red|exit|extinguisher)|rash decision)\b"
)
_REASONS = tuple(
    (reason, tuple(re.compile(pattern) for pattern in patterns))
    for reason, patterns in (("medical", _MEDICAL), ("urgent", _URGENT), ("legal", _LEGAL))
)


def reason(text: str) -> str | None:
    """Why a person must see this ("medical", "urgent" or "legal"), or None."""
    plain = " ".join(_FIGURES.sub(" ", words.fold(text)).split())
    for name, patterns in _REASONS:
        if any(pattern.search(plain) for pattern in patterns):
            return name
    return None
