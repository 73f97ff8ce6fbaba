//! Changes of who has access: members of repositories, teams and organisations.

use serde_json::Value;

use super::super::audit::value::access_id;
use super::super::{Fields, Out, at, person_key, text};
use super::Event;

const SYSTEM: &str = "github";
const UNTOLD: &str =
    "does not say when access changed; the audit log does, and so does the list of the hook's deliveries";
const UNNAMED: &str = "names no people: whose access changed is said by the team's members";
const INVITED: &str = "an invitation gives no access until it is accepted";
const ROLE: &str = "access stays; what changed about it is in the audit log";

/// Reads an event about a member, a membership, an invitation or a team.
pub(super) fn changed(event: &Event<'_>, out: &mut Out) {
    let payload = event.payload;
    let has = |member: &str| payload.get(member).is_some();
    let (kind, access) = if has("member") && has("team") {
        ("membership", of_team(payload))
    } else if has("member") {
        ("member", of_repository(payload))
    } else if has("membership") {
        ("organization", of_organisation(payload))
    } else {
        let why = if has("invitation") { INVITED } else { UNNAMED };
        out.pass(event.named(if has("invitation") { "organization" } else { "team" }), why);
        return;
    };
    let taken = match event.action {
        "added" | "member_added" => false,
        "removed" | "member_removed" => true,
        _ => return out.pass(event.named(kind), ROLE),
    };
    let Some(told_at) = event.told_at else { return out.pass(event.named(kind), UNTOLD) };
    let Some(access) = access else {
        return out
            .refuse(format!("{} names no person, or nothing that the access is to", event.named(kind)));
    };
    access.record(told_at, event.sender().map(person_key), taken, out);
}

/// An access that was given or taken.
struct Access {
    login: String,
    entitlement: String,
    entitlement_id: String,
    kind: &'static str,
    privileged: bool,
}

fn of_repository(payload: &Value) -> Option<Access> {
    let repository = text(payload, &["repository", "full_name"])?;
    let roles = [["changes", "role_name", "to"], ["changes", "permission", "to"]];
    let role = roles.iter().find_map(|path| text(payload, path));
    Some(Access {
        login: text(payload, &["member", "login"])?.to_owned(),
        entitlement: role.map_or_else(|| repository.to_owned(), |role| format!("{repository}: {role}")),
        entitlement_id: repository.to_owned(),
        kind: "permission",
        privileged: role == Some("admin"),
    })
}

fn of_team(payload: &Value) -> Option<Access> {
    let (organisation, team) =
        (text(payload, &["organization", "login"])?, text(payload, &["team", "slug"])?);
    let name = format!("{organisation}/{team}");
    Some(Access {
        login: text(payload, &["member", "login"])?.to_owned(),
        entitlement: name.clone(),
        entitlement_id: name,
        kind: "group",
        privileged: text(payload, &["team", "permission"]) == Some("admin"),
    })
}

fn of_organisation(payload: &Value) -> Option<Access> {
    let organisation = text(payload, &["organization", "login"])?;
    let role = text(payload, &["membership", "role"]);
    Some(Access {
        login: text(at(payload, &["membership", "user"])?, &["login"])?.to_owned(),
        entitlement: role.map_or_else(|| organisation.to_owned(), |role| format!("{organisation}: {role}")),
        entitlement_id: organisation.to_owned(),
        kind: "membership",
        privileged: role == Some("admin"),
    })
}

impl Access {
    fn record(self, told_at: &str, by: Option<String>, taken: bool, out: &mut Out) {
        let key = person_key(&self.login);
        let fields = Fields::default()
            .with("grant_id", format!("{SYSTEM}:{}/{key}/{told_at}", self.entitlement_id))
            .with("access_id", access_id(SYSTEM, &key, &self.entitlement_id))
            .with("person_key", key)
            .with("system", SYSTEM)
            .with("entitlement", self.entitlement)
            .with("entitlement_id", self.entitlement_id)
            .with("kind", self.kind)
            .with("account_id", self.login);
        if taken {
            out.record("access_removal", fields.with("removed_at", told_at).maybe("removed_by_key", by));
        } else {
            let fields = fields.with("granted_at", told_at).maybe("granted_by_key", by);
            out.record("access_grant", fields.maybe("privileged", self.privileged.then_some(true)));
        }
    }
}
