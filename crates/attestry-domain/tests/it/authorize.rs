//! Who may do what.

use attestry_domain::authorize::authorize;
use attestry_domain::command::{AddPerson, Command};
use attestry_domain::decide::Refusal;
use attestry_domain::event::{Actor, RoleGranted};
use attestry_domain::id::PersonId;
use attestry_domain::programme::Programme;
use attestry_domain::role::Role;
use ulid::Ulid;

use crate::commands::{Parts, all, kind, usual};
use crate::operation::{Q1, complete};
use crate::support::{CLEO, World, day};

/// Owner, compliance lead, contributor, control owner of CHG-01, internal auditor, auditor, viewer, the program.
const TABLE: [(&str, &str); 36] = [
    ("CreateWorkspace", "........"),
    ("AdoptCatalog", "OL......"),
    ("AddPerson", "OL......"),
    ("GrantRole", "O......."),
    ("RevokeRole", "O......."),
    ("AdoptFramework", "OL......"),
    ("ScopeRequirement", "OL......"),
    ("AdoptControl", "OL......"),
    ("DecideApplicability", "OL......"),
    ("OwnControl", "OL......"),
    ("WriteProcedure", "OLCK...."),
    ("ApproveProcedure", "OL......"),
    ("RecordRationale", "OLCK...."),
    ("RecordWalkthrough", "OLCK...."),
    ("RecordAttestation", "OLCK...."),
    ("NameCompensation", "OL......"),
    ("StoreArtifact", "OLCK...."),
    ("DeclareSource", "OL......"),
    ("SealSegment", "OLC....S"),
    ("RecordCoverage", "OLC....."),
    ("RecordCollection", "OLC....S"),
    ("SetAside", "OLC....S"),
    ("ResolveSetAside", "OLC....."),
    ("HoldArtifact", "OL......"),
    ("Erase", "O......."),
    ("RegisterDataset", "OLC....."),
    ("RecordRun", "OLC.I..S"),
    ("RespondToException", "OLCK...."),
    ("OpenEngagement", "OL......"),
    ("RegisterSystem", "OLC....."),
    ("VersionSystem", "OLC....."),
    ("DeploySystem", "OLC....."),
    ("WithdrawSystem", "OLC....."),
    ("ApproveThreshold", "OL......"),
    ("SubmitAssessment", "OLC....."),
    ("ApproveAssessment", "OL......"),
];

fn holder(role: Role) -> PersonId {
    if role == Role::ControlOwner { CLEO } else { PersonId::new(Ulid(100 + role as u128)) }
}

/// One person for every role; CHG-01 is the control owner's.
fn staffed() -> World {
    let mut world = complete();
    world.person(CLEO, &[Role::ControlOwner]);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::ControlOwner) {
        world.person(holder(role), &[role]);
    }
    world.own("CHG-01", CLEO);
    world.run("change-reviewed", Q1, &[]);
    world.run("changes-watched", Q1, &[]);
    world
}

fn may(world: &World, actor: Actor, command: &Command) -> bool {
    authorize(&world.programme, actor, command, day("2026-04-02")).is_ok()
}

#[test]
fn every_command_is_open_to_these_roles_and_no_other() {
    let world = staffed();
    let commands = all(&usual());
    assert_eq!(commands.len(), TABLE.len());
    for (command, (name, allowed)) in commands.iter().zip(TABLE) {
        assert_eq!(kind(command), name);
        let letters = Role::ALL.into_iter().zip("OLCKIAV".chars());
        let mut found: String = letters
            .map(
                |(role, letter)| if may(&world, Actor::Person(holder(role)), command) { letter } else { '.' },
            )
            .collect();
        found.push(if may(&world, Actor::System, command) { 'S' } else { '.' });
        assert_eq!(found, allowed, "{name}");
    }
}

#[test]
fn auditor_and_viewer_write_nothing() {
    let world = staffed();
    for command in all(&usual()) {
        for role in [Role::Auditor, Role::Viewer] {
            let refused = world.ask(Actor::Person(holder(role)), command.clone(), None);
            assert!(matches!(refused, Err(Refusal::NotAllowed { .. })), "{role}: {}", kind(&command));
        }
    }
}

#[test]
fn a_control_owner_writes_only_about_controls_that_are_theirs() {
    let world = staffed();
    let of_others = Parts { control: "DET-01", ..usual() };
    for command in all(&of_others) {
        assert!(!may(&world, Actor::Person(CLEO), &command), "{}", kind(&command));
    }
}

#[test]
fn a_control_owner_loses_what_another_became_owner_of() {
    let mut world = staffed();
    world.own("CHG-01", holder(Role::Owner));
    for command in all(&usual()) {
        assert!(!may(&world, Actor::Person(CLEO), &command), "{}", kind(&command));
    }
}

#[test]
fn only_an_owner_gives_roles_also_to_somebody_new() {
    let world = staffed();
    let person = |roles: &[Role]| {
        let (name, email) = ("Eve".to_owned(), "eve@example.com".to_owned());
        Command::AddPerson(AddPerson { person: PersonId::new(Ulid(70)), name, email, roles: roles.to_vec() })
    };
    let lead = Actor::Person(holder(Role::ComplianceLead));
    assert!(may(&world, lead, &person(&[])));
    for role in Role::ALL {
        assert!(!may(&world, lead, &person(&[role])), "{role}");
        assert!(may(&world, Actor::Person(holder(Role::Owner)), &person(&[role])), "{role}");
    }
}

#[test]
fn a_role_ends_with_its_last_day() {
    let mut world = staffed();
    let (person, until) = (holder(Role::Contributor), Some(day("2026-04-10")));
    world.say(Command::GrantRole(RoleGranted { person, role: Role::Contributor, until }));
    let command = &all(&usual())[10];
    let on = |text| authorize(&world.programme, Actor::Person(person), command, day(text)).is_ok();
    assert_eq!([on("2026-04-09"), on("2026-04-10")], [true, false]);
}

#[test]
fn somebody_unknown_may_do_nothing_but_begin_an_empty_ledger() {
    let world = staffed();
    let stranger = Actor::Person(PersonId::new(Ulid(999)));
    for command in all(&usual()) {
        assert!(!may(&world, stranger, &command), "{}", kind(&command));
        let begins = authorize(&Programme::default(), stranger, &command, day("2026-04-02")).is_ok();
        assert_eq!(begins, matches!(command, Command::CreateWorkspace(_)), "{}", kind(&command));
    }
}

#[test]
fn a_refusal_names_the_roles_that_would_do() {
    let world = staffed();
    let refused = world.ask(Actor::Person(holder(Role::Viewer)), all(&usual())[1].clone(), None).unwrap_err();
    assert_eq!(refused.to_string(), "not allowed: this takes the role owner or compliance lead");
}
