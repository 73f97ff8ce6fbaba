//! An auditor comes from outside, and for a time.

use attestry_domain::command::{AddPerson, Command};
use attestry_domain::decide::Refusal;
use attestry_domain::event::workspace::RoleRevoked;
use attestry_domain::event::{Actor, Payload, RoleGranted};
use attestry_domain::id::PersonId;
use attestry_domain::role::Role;
use ulid::Ulid;

use crate::operation::complete;
use crate::support::{ANA, BEN, CLEO, World, day};

fn grant(world: &mut World, role: Role, until: Option<&str>) -> Result<Vec<Payload>, Refusal> {
    let granted = RoleGranted { person: BEN, role, until: until.map(day) };
    world.say_as(Actor::Person(ANA), Command::GrantRole(granted))
}

fn words(result: Result<Vec<Payload>, Refusal>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_auditors_role_without_an_end_is_refused() {
    let mut world = complete();
    world.person(BEN, &[]);
    let wanted = "the auditor's role needs an end: say until which day, such as the end of the audit";
    assert_eq!(words(grant(&mut world, Role::Auditor, None)), wanted);
    assert_eq!(grant(&mut world, Role::Auditor, Some("2026-09-01")).unwrap().len(), 1);
    assert!(grant(&mut world, Role::Auditor, Some("2026-09-01")).unwrap().is_empty());
    let (name, email) = ("Eve".to_owned(), "eve@example.com".to_owned());
    let eve = AddPerson { person: PersonId::new(Ulid(70)), name, email, roles: vec![Role::Auditor] };
    let wanted = "the auditor's role needs an end: add the person without it, then grant it until a day";
    assert_eq!(words(world.say_as(Actor::Person(ANA), Command::AddPerson(eve))), wanted);
}

#[test]
fn whoever_managed_within_a_year_cannot_become_auditor() {
    for role in [Role::Owner, Role::ComplianceLead, Role::Contributor, Role::ControlOwner] {
        let mut world = complete();
        world.person(BEN, &[role]);
        world.say(Command::RevokeRole(RoleRevoked { person: BEN, role }));
        let refused = words(grant(&mut world, Role::Auditor, Some("2030-01-01")));
        assert!(refused.contains(&format!("held the role {role} until 2026-04-02")), "{refused}");
        world.on("2027-04-01");
        assert!(grant(&mut world, Role::Auditor, Some("2030-01-01")).is_err(), "a day short of a year");
        world.on("2027-04-02");
        assert!(grant(&mut world, Role::Auditor, Some("2030-01-01")).is_ok());
    }
    let mut world = complete();
    world.person(BEN, &[Role::Viewer]);
    world.say(Command::RevokeRole(RoleRevoked { person: BEN, role: Role::Viewer }));
    assert!(grant(&mut world, Role::Auditor, Some("2030-01-01")).is_ok(), "who only read");
}

#[test]
fn a_role_that_ran_out_counts_like_one_taken_away_also_when_given_again_since() {
    let mut world = complete();
    world.person(BEN, &[]);
    grant(&mut world, Role::Contributor, Some("2026-05-01")).unwrap();
    world.on("2026-05-02");
    assert!(grant(&mut world, Role::Auditor, Some("2030-01-01")).is_err());
    grant(&mut world, Role::Contributor, Some("2020-01-01")).unwrap();
    let refused = words(grant(&mut world, Role::Auditor, Some("2030-01-01")));
    assert!(refused.contains("until 2026-05-01"), "{refused}");
    world.on("2027-05-01");
    assert!(grant(&mut world, Role::Auditor, Some("2030-01-01")).is_ok());
}

#[test]
fn the_day_without_a_role_is_known_only_once_it_is_not_held() {
    let mut world = complete();
    world.person(CLEO, &[Role::ControlOwner]);
    let since =
        |world: &World| world.programme.people[&CLEO].without_since(Role::ControlOwner, day("2026-04-02"));
    assert_eq!(since(&world), None);
    world.say(Command::RevokeRole(RoleRevoked { person: CLEO, role: Role::ControlOwner }));
    assert_eq!(since(&world), Some(day("2026-04-02")));
    assert_eq!(world.programme.people[&CLEO].without_since(Role::Viewer, day("2026-04-02")), None);
}
