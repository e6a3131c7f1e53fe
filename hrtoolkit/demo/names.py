"""Names as Australians bear them today, and the mailboxes they lead to."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name. ``mailbox`` is given where it doesn't follow from the rest."""

    given: str
    family: str = ""
    preferred: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Given and family names that go together, and their share of the people."""

    weight: int
    given: tuple[str, ...]
    family: tuple[str, ...]


def pool(weight: int, given: str, family: str) -> Pool:
    """Return a pool from names separated by commas."""
    return Pool(weight, tuple(given.split(", ")), tuple(family.split(", ")))


POOLS = (
    pool(
        50,
        "Jack, Olivia, William, Charlotte, Thomas, Amelia, James, Isla, Joshua,"
        " Emily, Samuel, Sophie, Matthew, Jessica, Benjamin, Lauren, Andrew, Rebecca,"
        " Michael, Sarah, Nicholas, Elizabeth, Timothy, Katherine, Christopher,"
        " Margaret, Robert, Jennifer, Peter, Kylie, Bruce, Sharon, Darren, Michelle,"
        " Craig, Tracey, Lachlan, Matilda, Angus, Zoë, Callum, Chloé, Hamish, Renée,"
        " Declan, Siobhán, Liam, Niamh, Archie, Tahlia, Cooper, Bronwyn, Jarrah,"
        " Kirra, Anne-Marie, Mary-Jane",
        "Smith, Jones, Williams, Brown, Wilson, Taylor, Johnson, White, Martin,"
        " Anderson, Thompson, Walker, Harris, Ryan, Robinson, Kelly, King, Campbell,"
        " Murphy, Wright, O'Brien, O'Connor, O'Sullivan, D'Arcy, McDonald, MacKenzie,"
        " Fitzgerald, Hughes, Clarke, Mitchell, Stewart, Graham, Bennett, Marshall,"
        " Doyle, Sinclair, Pascoe, Van der Berg, St Clair, Whitehouse, Cockburn,"
        " Lawrie",
    ),
    pool(
        9,
        "Wei, Jing, Xiaoming, Li Na, Haoran, Yuting, Jiayi, Zihan, Mei Ling, Kai,"
        " Yan, Chun Hei, Ka Yan, Junjie, Siew Ling",
        "Wang, Li, Zhang, Liu, Chen, Yang, Huang, Zhao, Wu, Zhou, Wong, Chan, Lau,"
        " Tan, Ong, Lim",
    ),
    pool(
        10,
        "Arjun, Priyanka, Rahul, Anjali, Harpreet, Gurpreet, Simran, Vikram, Deepika,"
        " Karthik, Lakshmi, Mohammed, Ayesha, Sanjay, Nisha, Dinesh, Thilini, Bishal",
        "Singh, Kaur, Patel, Sharma, Kumar, Gupta, Reddy, Nair, Iyer, Krishnan, Khan,"
        " Fernando, Perera, de Silva, Shrestha, Gurung, Thapa",
    ),
    pool(
        5,
        "Minh, Thảo, Anh, Hương, Tuấn, Linh, Quang, Phương, Đức, Thị Mai, Văn Hùng",
        "Nguyễn, Trần, Lê, Phạm, Huỳnh, Đặng, Võ, Bùi",
    ),
    pool(
        5,
        "Marco, Giulia, Anthony, Francesca, Domenic, Rosa, Vincenzo, Daniela, Nicolò",
        "Rossi, Russo, D'Angelo, Dell'Orso, De Luca, Romano, Barbaro, Di Pietro,"
        " Calabrò",
    ),
    pool(
        4,
        "Konstantinos, Eleni, Dimitrios, Maria, Nikolaos, Vasiliki, Georgia, Stavros",
        "Papadopoulos, Georgiou, Nikolaidis, Pappas, Vassiliou, Hatzis, Kyriakou",
    ),
    pool(
        5,
        "Ahmad, Fatima, Omar, Layla, Hassan, Zeinab, Charbel, Nour, Yusuf, Mariam",
        "Haddad, Khoury, El-Masri, Al-Jabiri, Saleh, Hussein, Abdallah, Tannous",
    ),
    pool(
        4,
        "José, Maria Cristina, Angelo, Marisol, Ramón, Inés, Joaquín, Luz, Lucía",
        "Santos, Reyes, Cruz, Bautista, Dela Cruz, García, Muñoz, Hernández, Peña,"
        " Rodríguez-Vega",
    ),
    pool(
        3,
        "Sione, Mele, Tevita, Aroha, Wiremu, Lupe, Manaia, Losa, Kalolaine",
        "Tuʻipulotu, Fifita, Taufa, Ngata, Te Rangi, Faleolo, Leota, Vaʻai",
    ),
    pool(
        3,
        "Ivana, Goran, Łukasz, Agnieszka, Zoltán, Milena, Bjørn, Šárka, İpek, Søren",
        "Kovač, Nikolić, Wiśniewski, Nowak, Horváth, Jurić, Sørensen, Yıldız, Müller",
    ),
    pool(
        2,
        "Ji-hoon, Soo-jin, Min-jun, Hye-won, Haruka, Kenji, Ayumi",
        "Kim, Lee, Park, Choi, Yamamoto, Tanaka, Itō",
    ),
)

PREFERRED = {
    "Benjamin": "Ben",
    "Christopher": "Chris",
    "Domenic": "Dom",
    "Elizabeth": "Liz",
    "Gurpreet": "Gary",
    "Jennifer": "Jen",
    "Jiayi": "Joy",
    "Konstantinos": "Con",
    "Dimitrios": "Jim",
    "Joshua": "Josh",
    "Ka Yan": "Karen",
    "Katherine": "Kate",
    "Lachlan": "Lachie",
    "Margaret": "Maggie",
    "Matilda": "Tilly",
    "Nicholas": "Nick",
    "Robert": "Rob",
    "Samuel": "Sam",
    "Thảo": "Tina",
    "Thomas": "Tom",
    "Timothy": "Tim",
    "Vasiliki": "Vicki",
    "William": "Bill",
    "Xiaoming": "Simon",
}

HARBOUR_NAMES = (
    Name("Zoë", "O'Brien"),
    Name("Luca", "D'Angelo"),
    Name("José", "Muñoz-Álvarez"),
    Name("Thị Hồng Nhung", "Nguyễn", "Rose", "rose.nguyen"),
    Name("芳", "王", "Fang", "fang.wang"),
    Name("志明", "陳", "Jimmy", "jimmy.chan"),
    Name("Ελένη", "Παπαδοπούλου", "Eleni", "eleni.papadopoulou"),
    Name("محمد", "الحسن", "Mohammed", "mohammed.alhassan"),
    Name("فاطمة", "حداد", "", "fatima.haddad"),
    Name("Олена", "Коваленко", "Olena", "olena.kovalenko"),
    Name("수빈", "김", "Soobin", "soobin.kim"),
    Name("दीपक", "शर्मा", "Deepak", "deepak.sharma"),
    Name("สมชาย", "ใจดี", "Chai", "somchai.jaidee"),
    Name("Wulandari"),
    Name("Siobhán", "Ní Dhomhnaill"),
    Name("Anne-Marie", "Fitzgerald-Walker"),
)

SUMMIT_NAMES = (
    Name("Niamh", "O'Sullivan"),
    Name("静香", "佐藤", "Shizuka", "shizuka.sato"),
    Name("Sutrisno"),
)

PREFERRED_SHARE = 0.6
HYPHENATED_SHARE = 0.02
# Letters that Unicode doesn't take apart into a plain one and its mark.
UNDECOMPOSED = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i"})


def random_name(random: Random) -> Name:
    """Return a name made of parts that go together."""
    chosen = random.choices(POOLS, [pool.weight for pool in POOLS])[0]
    given, family = random.choice(chosen.given), random.choice(chosen.family)
    if random.random() < HYPHENATED_SHARE:
        family = "-".join(random.sample(chosen.family, 2))
    preferred = PREFERRED.get(given, "")
    return Name(given, family, preferred if random.random() < PREFERRED_SHARE else "")


def mailbox(name: Name) -> str:
    """Return the part of a work email address before the ``@``, in plain letters."""
    if name.mailbox:
        return name.mailbox
    parts = [plain(name.preferred or name.given), plain(name.family)]
    return ".".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return ``text`` in lower case and without marks, apostrophes and spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(UNDECOMPOSED))
    return re.sub(r"[^a-z-]", "", decomposed)
