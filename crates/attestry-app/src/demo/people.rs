//! The people of the demo's company. All of them are made up.

use attestry_domain::command::AddPerson;
use attestry_domain::id::PersonId;
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Instant};

use crate::demo::calendar::Calendar;
use crate::demo::world::Seed;

/// The company.
pub(super) const COMPANY: &str = "Quillmere Hiring";
/// Its domain, under a name that nobody can register.
const DOMAIN: &str = "quillmere.example";
/// Its calendar.
pub(super) const TIME_ZONE: &str = "America/New_York";

/// Somebody who works there, or did.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: PersonId,
    /// The same in every stream.
    pub(super) key: String,
    pub(super) name: &'static str,
    pub(super) email: String,
    pub(super) titles: &'static str,
    pub(super) department: &'static str,
    pub(super) started: Day,
    /// Last day at work.
    pub(super) left: Option<Day>,
}

/// Everybody, those who lead first.
#[derive(Debug, Clone)]
pub(super) struct People {
    pub(super) first: Person,
    pub(super) all: Vec<Person>,
}

/// Name, titles divided by a bar, department, and when in the year they come or go: month from 0 and day.
type Row = (&'static str, &'static str, &'static str, Comes, Comes);
type Comes = Option<(i64, i64)>;

const ENGINEERING: &str = "Engineering";
const AI: &str = "Data and AI";
const PLATFORM: &str = "Platform";
const SALES: &str = "Sales";
const CARE: &str = "Customer care";

#[rustfmt::skip]
const ROSTER: [Row; 48] = [
    ("Mara Ellison", "Chief executive", "Management", None, None),
    ("Tomas Okafor", "Chief technology officer|Head of engineering", ENGINEERING, None, None),
    ("Priya Raman", "Chief operating officer", "Management", None, None),
    ("Daniel Haas", "Chief financial officer|Head of procurement", "Finance", None, None),
    ("Leila Haddad", "General counsel|Privacy lead", "Legal", None, None),
    ("Renee Castillo", "Compliance lead", "Legal", None, None),
    ("Jonas Lindqvist", "Head of AI governance", "Legal", None, None),
    ("Wei Zhang", "Head of AI engineering", AI, None, None),
    ("Ana Sokolova", "Head of data", AI, None, None),
    ("Marcus Bell", "Head of infrastructure", PLATFORM, None, None),
    ("Grace Odhiambo", "Head of IT", PLATFORM, None, None),
    ("Ivan Petrov", "Head of security", PLATFORM, None, None),
    ("Sofia Marino", "Head of people", "People", None, None),
    ("Kenji Watanabe", "Head of product", "Product", None, None),
    ("Chloe Dubois", "Office manager", "People", None, None),
    ("Ravi Menon", "Platform engineer", PLATFORM, None, None),
    ("Helen Brandt", "Internal auditor", "Finance", None, None),
    ("Noah Fischer", "Engineer", ENGINEERING, None, None),
    ("Aisha Bello", "Engineer", ENGINEERING, None, None),
    ("Lucas Moreau", "Engineer", ENGINEERING, None, None),
    ("Emma Lindgren", "Engineer", ENGINEERING, None, None),
    ("Diego Alvarez", "Engineer", ENGINEERING, None, Some((2, 18))),
    ("Hannah Kim", "Engineer", ENGINEERING, None, None),
    ("Omar Farouk", "Engineer", ENGINEERING, None, None),
    ("Julia Novak", "Engineer", ENGINEERING, None, None),
    ("Samuel Adeyemi", "Engineer", ENGINEERING, None, None),
    ("Yuki Tanabe", "Engineer", ENGINEERING, None, None),
    ("Petra Vogel", "Engineer", ENGINEERING, None, None),
    ("Callum Reid", "Machine learning engineer", AI, None, None),
    ("Fatima Zahra", "Machine learning engineer", AI, None, None),
    ("Bruno Costa", "Data engineer", AI, None, Some((6, 11))),
    ("Ingrid Dahl", "Data scientist", AI, None, None),
    ("Tariq Aziz", "Machine learning engineer", AI, None, None),
    ("Olivia Grant", "Product manager", "Product", None, None),
    ("Mateus Silva", "Designer", "Product", None, None),
    ("Rachel Stone", "Account executive", SALES, None, None),
    ("Viktor Hansen", "Account executive", SALES, None, Some((9, 6))),
    ("Naomi Clarke", "Account executive", SALES, None, None),
    ("Elena Rossi", "Customer care agent", CARE, None, None),
    ("Patrick Doyle", "Customer care agent", CARE, None, None),
    ("Mei Lin", "Customer care agent", CARE, None, None),
    ("Arjun Patel", "Engineer", ENGINEERING, Some((0, 17)), None),
    ("Clara Winter", "Data scientist", AI, Some((1, 12)), None),
    ("Kwame Mensah", "Engineer", ENGINEERING, Some((3, 9)), None),
    ("Isabel Torres", "Customer care agent", CARE, Some((4, 13)), None),
    ("Felix Braun", "Engineer", ENGINEERING, Some((5, 8)), None),
    ("Amara Nwosu", "Account executive", SALES, Some((7, 10)), None),
    ("Leo Karlsson", "Machine learning engineer", AI, Some((8, 7)), None),
];

/// Who leads the company's programme and who works in it, by the title that says so.
fn roles(titles: &str) -> Vec<Role> {
    let has = |title: &str| titles.split('|').any(|one| one == title);
    match () {
        () if has("Chief executive") => vec![Role::Owner],
        () if has("Chief technology officer") => vec![Role::Owner, Role::ControlOwner],
        () if has("Compliance lead") || has("Head of AI governance") => {
            vec![Role::ComplianceLead, Role::ControlOwner]
        }
        () if has("Head of AI engineering") => vec![Role::Contributor, Role::ControlOwner],
        () if has("Platform engineer") => vec![Role::Contributor],
        () if has("Internal auditor") => vec![Role::InternalAuditor],
        () if titles.contains("Head of")
            || titles.contains("Chief")
            || has("General counsel")
            || has("Office manager") =>
        {
            vec![Role::ControlOwner]
        }
        () => Vec::new(),
    }
}

impl People {
    pub(super) fn new(seed: Seed, calendar: &Calendar) -> Self {
        let all: Vec<Person> =
            (0..).zip(&ROSTER).map(|(place, row)| person(seed, calendar, place, row)).collect();
        let first = person(seed, calendar, 0, &ROSTER[0]);
        Self { first, all }
    }

    /// Whoever holds a title; the first owner when nobody does.
    pub(super) fn titled(&self, title: &str) -> &Person {
        let holds = |one: &&Person| one.titles.split('|').any(|known| known == title);
        self.all.iter().find(holds).unwrap_or(&self.first)
    }

    /// Who is employed on a day.
    pub(super) fn on(&self, day: Day) -> impl Iterator<Item = &Person> {
        self.all.iter().filter(move |one| one.employed(day))
    }

    /// Who may write code on a day.
    pub(super) fn engineers(&self, day: Day) -> Vec<&Person> {
        self.on(day).filter(|one| [ENGINEERING, AI, PLATFORM].contains(&one.department)).collect()
    }
}

/// Identifiers are in the order of the roster, so that the first owner comes first wherever people are listed.
fn person(seed: Seed, calendar: &Calendar, place: i64, row: &Row) -> Person {
    let (name, titles, department, joins, leaves) = *row;
    let mut dice = seed.dice(&format!("person/{name}"));
    let before = Calendar::working(Calendar::plus(calendar.begins, -dice.between(60, 1_400)));
    let day = |(month, day)| Calendar::working(calendar.nth(month, day));
    let started = joins.map_or(before, day);
    let known = Instant::from_micros(calendar.at(calendar.begins, 8, 0).micros() + place * 1_000);
    Person {
        id: PersonId::new(seed.ulid(known, name)),
        key: seed.key("p", name),
        name,
        email: format!("{}@{DOMAIN}", name.to_lowercase().replace(' ', ".")),
        titles,
        department,
        started,
        left: leaves.map(day),
    }
}

impl Person {
    /// Whether they work there on a day.
    pub(super) fn employed(&self, day: Day) -> bool {
        self.started <= day && self.left.is_none_or(|left| day <= left)
    }

    /// The command that makes them known to the programme.
    pub(super) fn add(&self) -> AddPerson {
        AddPerson {
            person: self.id,
            name: self.name.to_owned(),
            email: self.email.clone(),
            roles: roles(self.titles),
        }
    }
}
