//! What a product's audit log says where: the rows of the table that [`super::read`] goes through. Paths and
//! conditions are those of [`super::value`].

use serde_json::Value;

/// A product whose audit log is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Product {
    /// What columns `system` hold.
    pub(crate) system: &'static str,
    /// What marks an event of it: one of these lists of conditions is met as a whole.
    pub(crate) marks: &'static [&'static [&'static str]],
    /// Several events out of one item, where the product packs them.
    pub(crate) unpack: Option<fn(&Value) -> Vec<Value>>,
    /// Paths whose texts, joined, name the event; the first has to be there.
    pub(crate) event: &'static [&'static str],
    /// Paths whose texts, joined, identify the event; those that begin with `~` may be absent. Where another is, or
    /// there are none, the digest of the event identifies it.
    pub(crate) id: &'static [&'static str],
    /// Path of the instant.
    pub(crate) time: &'static str,
    /// Who acted.
    pub(crate) actor: Actor,
    /// Path of the network address.
    pub(crate) ip: &'static str,
    /// Path of the program that was used.
    pub(crate) agent: &'static str,
    /// Path of the country.
    pub(crate) country: &'static str,
    /// Path of the session.
    pub(crate) session: &'static str,
    /// Path of the service within the product; the product itself where it finds nothing.
    pub(crate) service: &'static str,
    /// Path of the kind of event.
    pub(crate) category: &'static str,
    /// Path of the tenant, project or organisation.
    pub(crate) tenant: &'static str,
    /// Path of what was acted upon.
    pub(crate) target: &'static str,
    /// Whether the operation only reads, where a condition tells.
    pub(crate) reads: &'static [&'static str],
    /// One of these conditions tells that it failed.
    pub(crate) failed: &'static [&'static str],
    /// Path of why.
    pub(crate) why: &'static str,
    /// What its events mean; every rule that applies counts. An event that is no sign-in and is not passed over is
    /// an activity besides.
    pub(crate) rules: &'static [Rule],
}

/// Who acted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor {
    /// Path of the address or name.
    pub(crate) address: &'static str,
    /// Path of the account's identifier.
    pub(crate) account: &'static str,
    /// Path of the kind of actor.
    pub(crate) kind: &'static str,
    /// One of these conditions tells that it is no person.
    pub(crate) service: &'static [&'static str],
}

/// What some events mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Names of the events; one that ends in `*` stands for all that begin like it.
    pub(crate) events: &'static [&'static str],
    /// Conditions that have to be met besides.
    pub(crate) when: &'static [&'static str],
    /// What they are.
    pub(crate) gives: Gives,
}

/// What an event is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gives {
    /// A record of stream `login`.
    Login(Login),
    /// A record of stream `access_grant`.
    Grant(Access),
    /// A record of stream `access_removal`.
    Removal(Access),
    /// A record of stream `account`.
    Account(Account),
    /// Nothing that a stream holds, for this reason.
    Nothing(&'static str),
}

/// A sign-in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Login {
    pub(crate) step: &'static str,
    /// Path that has to hold the result; empty when the event's name tells it.
    pub(crate) stated: &'static str,
    /// One of these conditions tells success.
    pub(crate) success: &'static [&'static str],
    /// One of these conditions tells that a rule refused it.
    pub(crate) denied: &'static [&'static str],
    /// Path of who signed in; the actor where it finds nothing.
    pub(crate) person: &'static str,
    /// Path of the account; the actor's where it finds nothing.
    pub(crate) account: &'static str,
    /// Path of who signed in as somebody else; the actor is then not the person.
    pub(crate) impersonator: &'static str,
    /// Path of the kind.
    pub(crate) kind: &'static str,
    /// Path of the application.
    pub(crate) application: &'static str,
    /// Path of how identity was shown.
    pub(crate) method: &'static str,
    /// One of these conditions tells that a second factor was used.
    pub(crate) mfa: &'static [&'static str],
    /// One of these conditions tells that none was.
    pub(crate) no_mfa: &'static [&'static str],
    /// One of these conditions tells that it opened administration.
    pub(crate) privileged: &'static [&'static str],
}

/// Access given or taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    /// Path of a list of which every element is one; the other paths and conditions then begin at the element.
    pub(crate) each: &'static str,
    /// Conditions an element has to meet.
    pub(crate) when: &'static [&'static str],
    /// Path of who has it.
    pub(crate) person: &'static str,
    /// Path of the account that has it.
    pub(crate) account: &'static str,
    /// Path of the system; the product where it finds nothing.
    pub(crate) system: &'static str,
    /// Paths of the entitlement, joined.
    pub(crate) entitlement: &'static [&'static str],
    /// Path of the entitlement's identifier.
    pub(crate) entitlement_id: &'static str,
    /// Path, from the event itself, of what within the system the entitlement is limited to.
    pub(crate) scope: &'static str,
    pub(crate) kind: &'static str,
    /// Whether one text lists several entitlements with commas.
    pub(crate) listed: bool,
    /// Parts of names, in lower case, that tell administration.
    pub(crate) privileged: &'static [&'static str],
}

/// A new state of an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) status: &'static str,
    /// Path of the account's identifier; its holder's address where it finds nothing.
    pub(crate) account: &'static str,
    /// Path of the holder's address.
    pub(crate) person: &'static str,
    /// Path of the name shown.
    pub(crate) name: &'static str,
}

/// A product of which nothing is known yet.
pub(crate) const PRODUCT: Product = Product {
    system: "",
    marks: &[],
    unpack: None,
    event: &[],
    id: &[],
    time: "",
    actor: Actor { address: "", account: "", kind: "", service: &[] },
    ip: "",
    agent: "",
    country: "",
    session: "",
    service: "",
    category: "",
    tenant: "",
    target: "",
    reads: &[],
    failed: &[],
    why: "",
    rules: &[],
};

/// A session that began.
pub(crate) const LOGIN: Login = Login {
    step: "session",
    stated: "",
    success: &["*"],
    denied: &[],
    person: "",
    account: "",
    impersonator: "",
    kind: "",
    application: "",
    method: "",
    mfa: &[],
    no_mfa: &[],
    privileged: &[],
};

/// An access of which nothing is known yet.
pub(crate) const ACCESS: Access = Access {
    each: "",
    when: &[],
    person: "",
    account: "",
    system: "",
    entitlement: &[],
    entitlement_id: "",
    scope: "",
    kind: "",
    listed: false,
    privileged: &["admin", "owner", "root"],
};

/// An account of which nothing is known yet.
pub(crate) const ACCOUNT: Account = Account { status: "", account: "", person: "", name: "" };

/// Why the end of a session is passed over.
pub(crate) const END: &str = "the end of a session, which no stream holds";

/// Why an event of plain use is passed over.
pub(crate) const USE: &str = "tells what the product was used for, not how it was administered";

/// What events mean, wherever they occur.
pub(crate) const fn rule(events: &'static [&'static str], gives: Gives) -> Rule {
    Rule { events, when: &[], gives }
}
