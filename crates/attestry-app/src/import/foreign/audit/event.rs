//! One event by one row of the table.

use serde_json::Value;

use super::super::{Fields, Out, person_key};
use super::held::Held;
use super::table::{Access, Account, Gives, Login, Product, Rule};
use super::value::{digest, find, instant, meets_all, meets_any, text};

/// Reads an item of a product's log.
pub(crate) fn read(product: &Product, item: &Value, out: &mut Out) {
    match product.unpack {
        Some(unpack) => unpack(item).iter().for_each(|one| event(product, one, out)),
        None => event(product, item, out),
    }
}

fn event(product: &Product, item: &Value, out: &mut Out) {
    let first = product.event.first().copied().unwrap_or_default();
    if text(item, first).is_none() {
        return out.refuse(lacks(first));
    }
    let names: Vec<_> = product.event.iter().filter_map(|path| text(item, path)).collect();
    let name = names.join(" ");
    let rules = || product.rules.iter().filter(|rule| applies(rule, &name, item));
    let nothing = rules().find_map(|rule| match rule.gives {
        Gives::Nothing(why) => Some(why),
        _ => None,
    });
    if let Some(why) = nothing {
        return out.pass(format!("{} {name}", product.system), why);
    }
    let event = match Event::of(product, item, name.clone()) {
        Ok(event) => event,
        Err(rule) => return out.refuse(rule),
    };
    let failed = meets_any(item, product.failed);
    let mut signed_in = false;
    for rule in rules() {
        match &rule.gives {
            Gives::Login(login) => {
                signed_in = true;
                event.login(login, out);
            }
            Gives::Grant(access) if !failed => event.grants(access, out),
            Gives::Removal(access) if !failed => event.removals(access, out),
            Gives::Account(account) if !failed => event.account(account, out),
            _ => {}
        }
    }
    if !signed_in {
        event.activity(failed, out);
    }
}

fn applies(rule: &Rule, name: &str, item: &Value) -> bool {
    let named = rule.events.iter().any(|event| match event.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => name == *event,
    });
    named && meets_all(item, rule.when)
}

/// The rule that an event without a member breaks.
fn lacks(paths: &str) -> String {
    let first = paths.split('|').next().unwrap_or_default();
    format!("has no `{}`, without which it is no record", first.replace('/', "."))
}

/// An event with what every record of it needs.
pub(super) struct Event<'a> {
    pub(super) product: &'a Product,
    pub(super) item: &'a Value,
    name: String,
    id: String,
    at: String,
}

impl<'a> Event<'a> {
    fn of(product: &'a Product, item: &'a Value, name: String) -> Result<Self, String> {
        let id = identifier(product, item);
        let stated = find(item, product.time).ok_or_else(|| lacks(product.time))?;
        let at = instant(stated).ok_or_else(|| format!("`{stated}` is no instant"))?;
        Ok(Self { product, item, name, id, at })
    }

    pub(super) fn text(&self, path: &str) -> Option<String> {
        text(self.item, path)
    }

    /// The key of the actor, where it is a person with an address or a name.
    fn actor_key(&self) -> Option<String> {
        if meets_any(self.item, self.product.actor.service) {
            return None;
        }
        holder(self.item, self.product.actor.address).map(|who| person_key(&who))
    }

    fn login(&self, login: &Login, out: &mut Out) {
        if !login.stated.is_empty() && find(self.item, login.stated).is_none() {
            return out.refuse(lacks(login.stated));
        }
        let success = meets_any(self.item, login.success);
        let result = match success {
            true => "success",
            false if meets_any(self.item, login.denied) => "denied",
            false => "failure",
        };
        let impersonator = holder(self.item, login.impersonator);
        let own = impersonator.is_none();
        let person = holder(self.item, login.person);
        let name = person.clone().or_else(|| self.text(self.product.actor.address).filter(|_| own));
        let key = person.map(|who| person_key(&who)).or_else(|| self.actor_key().filter(|_| own));
        let account = self.text(login.account);
        let account = account.or_else(|| self.text(self.product.actor.account).filter(|_| own));
        let mfa = match success {
            true if meets_any(self.item, login.mfa) => Some(true),
            true if meets_any(self.item, login.no_mfa) => Some(false),
            _ => None,
        };
        let reason = self.text(self.product.why).filter(|_| !success);
        let privileged = meets_any(self.item, login.privileged).then_some(true);
        let fields = Fields::default()
            .with("login_id", self.id.as_str())
            .with("occurred_at", self.at.as_str())
            .with("system", self.product.system)
            .with("step", login.step)
            .with("result", result)
            .maybe("person_key", key)
            .maybe("account_id", account)
            .maybe("user_name", name)
            .maybe("kind", self.text(login.kind))
            .maybe("application", self.text(login.application))
            .maybe("privileged", privileged)
            .maybe("impersonator_key", impersonator.map(|who| person_key(&who)))
            .maybe("method", self.text(login.method))
            .maybe("mfa_used", mfa)
            .maybe("reason", reason)
            .maybe("session_id", self.text(self.product.session))
            .maybe("source_ip", self.text(self.product.ip))
            .maybe("country", self.text(self.product.country))
            .maybe("user_agent", self.text(self.product.agent));
        out.record("login", fields);
    }

    fn grants(&self, access: &Access, out: &mut Out) {
        for held in self.named(access, out) {
            let given = held
                .fields(&self.id)
                .with("granted_at", self.at.as_str())
                .maybe("privileged", held.privileged.then_some(true))
                .maybe("granted_by_key", self.actor_key());
            out.record("access_grant", given);
        }
    }

    fn removals(&self, access: &Access, out: &mut Out) {
        for held in self.named(access, out) {
            let taken = held
                .fields(&self.id)
                .with("removed_at", self.at.as_str())
                .maybe("removed_by_key", self.actor_key());
            out.record("access_removal", taken);
        }
    }

    /// The accesses an event is about; that it names no holder, such as when a group got the access, is counted.
    fn named(&self, access: &Access, out: &mut Out) -> Vec<Held> {
        let held = self.held(access);
        if held.is_empty() && access.each.is_empty() {
            out.pass(self.kind(), "gives or takes access, but names no person who has it; kept as a call");
        }
        held
    }

    fn kind(&self) -> String {
        format!("{} {}", self.product.system, self.name)
    }

    fn account(&self, account: &Account, out: &mut Out) {
        let person = holder(self.item, account.person);
        let Some(id) = self.text(account.account).or_else(|| person.clone()) else {
            return out.pass(self.kind(), "changes an account, but does not name it; kept as a call");
        };
        let ended = matches!(account.status, "deactivated" | "deleted").then(|| self.at.clone());
        let fields = Fields::default()
            .with("system", self.product.system)
            .with("account_id", id)
            .with("status", account.status)
            .with("updated_at", self.at.as_str())
            .maybe("person_key", person.as_deref().map(person_key))
            .maybe("email", person)
            .maybe("name", self.text(account.name))
            .maybe("ended_at", ended);
        out.record("account", fields);
    }

    fn activity(&self, failed: bool, out: &mut Out) {
        let product = self.product;
        let error = failed.then(|| self.text(product.why).unwrap_or_else(|| "failed".to_owned()));
        let service = self.text(product.service).unwrap_or_else(|| product.system.to_owned());
        let fields = Fields::default()
            .with("event_id", self.id.as_str())
            .with("occurred_at", self.at.as_str())
            .with("event_name", self.name.as_str())
            .with("event_source", service)
            .with("system", product.system)
            .maybe("event_type", self.text(product.category))
            .maybe("account", self.text(product.tenant))
            .maybe("identity_type", self.text(product.actor.kind))
            .maybe("user_name", self.text(product.actor.address))
            .maybe("person_key", self.actor_key())
            .maybe("source_ip", self.text(product.ip))
            .maybe("user_agent", self.text(product.agent))
            .maybe("error_code", error)
            .maybe("read_only", meets_any(self.item, product.reads).then_some(true))
            .maybe("target", self.text(product.target));
        out.record("api_activity", fields);
    }
}

/// The identifier an event states, else its digest.
fn identifier(product: &Product, item: &Value) -> String {
    let mut parts = Vec::new();
    for path in product.id {
        match (path.strip_prefix('~'), text(item, path.trim_start_matches('~'))) {
            (_, Some(part)) => parts.push(part),
            (Some(_), None) => {}
            (None, None) => return format!("{}:{}", product.system, digest(item)),
        }
    }
    let id = if parts.is_empty() { digest(item) } else { parts.join("/") };
    format!("{}:{id}", product.system)
}

/// The address or name of a person; what stands for nobody is nobody.
pub(super) fn holder(item: &Value, path: &str) -> Option<String> {
    let who = text(item, path)?;
    let who = who.strip_prefix("user:").unwrap_or(&who);
    (!matches!(who, "unknown" | "Unknown" | "N/A" | "Not Available" | "-")).then(|| who.to_owned())
}
