"""Businesses of several kinds for the tests of understanding, written for them."""

from infinitypro.assistant.understanding.vocabulary import FaqWords, ServiceWords, StaffWords, Vocabulary

SALON = Vocabulary(
    services=(
        ServiceWords("cut", "Haircut", ("cut", "trim", "corte de pelo")),
        ServiceWords("kids", "Kids' haircut", ("child's haircut",)),
        ServiceWords("beard", "Beard trim", ("beard", "shave")),
        ServiceWords("dry", "Blow-dry", ("blowout",)),
        ServiceWords("colour", "Full colour", ("color", "dye")),
    ),
    staff=(
        StaffWords("nina", "Nina Kovacs"),
        StaffWords("omar", "Omar Said"),
        StaffWords("will", "Will Hart"),
    ),
    faqs=(
        FaqWords("park", "Is there parking?", "Yes, behind the house."),
        FaqWords("pay", "How can I pay?", "Cash and all major cards."),
        FaqWords("wedding", "Do you do wedding hair?", "Yes, each wedding is planned with a person."),
        FaqWords("dog", "Can I bring my dog?", "Small dogs are welcome."),
        FaqWords("late", "What if I am late?", "Ten minutes are fine."),
    ),
    languages=("en", "es"),
    kind="salon",
)
GARAGE = Vocabulary(
    services=(
        ServiceWords("oil", "Oil change"),
        ServiceWords("tyres", "Tyre change", ("tires", "wheel swap")),
        ServiceWords("brakes", "Brake inspection", ("brakes",)),
    ),
    staff=(StaffWords("bob", "Bob Miller"), StaffWords("rosa", "Rosa Diaz")),
    faqs=(FaqWords("tow", "Do you tow?", "Yes, within 20 km."),),
    kind="garage",
)
SPA = Vocabulary(
    services=(ServiceWords("deep", "Deep tissue massage"), ServiceWords("swedish", "Swedish massage")),
    staff=(StaffWords("lee", "Dr. Lee Wong"), StaffWords("grace", "Grace Kim")),
    kind="spa",
)
