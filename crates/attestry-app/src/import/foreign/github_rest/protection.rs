//! Protection of branches: rules as events and the audit log state them, and settings as they were read.

use serde_json::Value;

use super::super::{Fields, Out, at, text};

/// Where and when protection was seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// `owner/name`.
    pub repository: &'a str,
    /// The branch, or the pattern of branch names.
    pub branch: &'a str,
    /// The instant of this state, RFC 3339.
    pub observed_at: &'a str,
    /// event, audit_log or snapshot.
    pub basis: &'a str,
    /// The opaque key of whoever set it.
    pub changed_by_key: Option<&'a str>,
}

/// A rule in the form of webhooks and of the audit log, as a `branch_protection`; with `removed` it protects no more.
///
/// A number of reviews stays in the rule when reviews are switched off: the level says what is in force.
pub fn rule(rule: &Value, seen: Seen<'_>, removed: bool, out: &mut Out) {
    let fields = base(seen, !removed);
    if removed {
        out.record("branch_protection", fields);
        return;
    }
    let level = |member: &str| text(rule, &[member]).map(|level| level != "off");
    let flag = |member: &str| at(rule, &[member]).and_then(Value::as_bool);
    let counted = |on: Option<bool>, count: Option<u64>| if on == Some(false) { Some(0) } else { count };
    let reviews = level("pull_request_reviews_enforcement_level");
    let checks = level("required_status_checks_enforcement_level");
    let needed = at(rule, &["required_approving_review_count"]).and_then(Value::as_u64);
    let while_reviewed = |flag: Option<bool>| if reviews == Some(false) { Some(false) } else { flag };
    let fields = fields
        .maybe("requires_pull_request", reviews)
        .maybe("required_reviews", counted(reviews, needed))
        .maybe("dismisses_stale_reviews", while_reviewed(flag("dismiss_stale_reviews_on_push")))
        .maybe("requires_code_owner_review", while_reviewed(flag("require_code_owner_review")))
        .maybe("requires_last_push_approval", while_reviewed(flag("require_last_push_approval")))
        .maybe("requires_status_checks", checks)
        .maybe("required_status_checks", counted(checks, length(rule.get("required_status_checks"))))
        .maybe("requires_up_to_date", flag("strict_required_status_checks_policy"))
        .maybe("admins_enforced", flag("admin_enforced"))
        .maybe("allows_force_pushes", level("allow_force_pushes_enforcement_level"))
        .maybe("allows_deletions", level("allow_deletions_enforcement_level"))
        .maybe("restricts_pushes", flag("authorized_actors_only"))
        .maybe("requires_signatures", level("signature_requirement_enforcement_level"))
        .maybe("requires_linear_history", level("linear_history_requirement_enforcement_level"))
        .maybe("requires_conversation_resolution", level("required_conversation_resolution_level"))
        .maybe("locked", level("lock_branch_enforcement_level"));
    out.record("branch_protection", fields);
}

/// What was read of a branch's settings, as a `branch_protection`: the branch's own protection, `None` where the
/// platform said that there is none, and the rules of rulesets that are active on it. The stricter of both counts.
///
/// Whom a ruleset lets pass is not in these answers: without own protection `admins_enforced` stays absent.
pub fn settings(own: Option<&Value>, rules: &[Value], seen: Seen<'_>, out: &mut Out) {
    let strict = Strict { own, rules };
    let reviews = [&["required_pull_request_reviews"][..], &[]];
    let [of_reviews, _] = reviews;
    let has_own_reviews = own.is_some_and(|own| at(own, of_reviews).is_some());
    let has_own_checks = own.is_some_and(|own| at(own, &["required_status_checks"]).is_some());
    let pulls = has_own_reviews || strict.rule("pull_request").is_some();
    let checks = has_own_checks || strict.rule("required_status_checks").is_some();
    let fields = base(seen, own.is_some() || !rules.is_empty())
        .with("requires_pull_request", pulls)
        .with("required_reviews", strict.reviews())
        .with(
            "dismisses_stale_reviews",
            strict.review("dismiss_stale_reviews", "dismiss_stale_reviews_on_push"),
        )
        .with(
            "requires_code_owner_review",
            strict.review("require_code_owner_reviews", "require_code_owner_review"),
        )
        .with(
            "requires_last_push_approval",
            strict.review("require_last_push_approval", "require_last_push_approval"),
        )
        .with("requires_status_checks", checks)
        .with("required_status_checks", strict.checks())
        .with("requires_up_to_date", strict.up_to_date())
        .maybe("admins_enforced", own.map(|_| strict.enabled("enforce_admins")))
        .maybe("allows_bypass", strict.bypass())
        .with("allows_force_pushes", strict.allowed("allow_force_pushes", "non_fast_forward"))
        .with("allows_deletions", strict.allowed("allow_deletions", "deletion"))
        .with("restricts_pushes", own.is_some_and(|own| at(own, &["restrictions"]).is_some()))
        .with("requires_signatures", strict.either("required_signatures", "required_signatures"))
        .with("requires_linear_history", strict.either("required_linear_history", "required_linear_history"))
        .with("requires_conversation_resolution", strict.resolution())
        .with("locked", strict.either("lock_branch", "update"));
    out.record("branch_protection", fields);
}

fn base(seen: Seen<'_>, protected: bool) -> Fields {
    Fields::default()
        .with("repository", seen.repository)
        .with("branch", seen.branch)
        .with("observed_at", seen.observed_at)
        .with("protected", protected)
        .with("basis", seen.basis)
        .maybe("changed_by_key", seen.changed_by_key)
}

/// Both places where a branch can be protected.
struct Strict<'v> {
    own: Option<&'v Value>,
    rules: &'v [Value],
}

impl<'v> Strict<'v> {
    fn all(&self, kind: &str) -> impl Iterator<Item = &'v Value> {
        self.rules.iter().filter(move |rule| text(rule, &["type"]) == Some(kind))
    }

    fn rule(&self, kind: &str) -> Option<&'v Value> {
        self.all(kind).next()
    }

    fn own_flag(&self, path: &[&str]) -> bool {
        self.own.and_then(|own| at(own, path)).and_then(Value::as_bool) == Some(true)
    }

    fn any_flag(&self, kind: &str, parameter: &str) -> bool {
        self.all(kind).any(|rule| at(rule, &["parameters", parameter]).and_then(Value::as_bool) == Some(true))
    }

    fn enabled(&self, member: &str) -> bool {
        self.own_flag(&[member, "enabled"])
    }

    fn either(&self, member: &str, kind: &str) -> bool {
        self.enabled(member) || self.rule(kind).is_some()
    }

    /// Allowed unless own protection does not allow it, or a rule forbids it.
    fn allowed(&self, member: &str, kind: &str) -> bool {
        self.rule(kind).is_none() && (self.own.is_none() || self.enabled(member))
    }

    fn review(&self, own: &str, parameter: &str) -> bool {
        self.own_flag(&["required_pull_request_reviews", own]) || self.any_flag("pull_request", parameter)
    }

    fn resolution(&self) -> bool {
        self.enabled("required_conversation_resolution")
            || self.any_flag("pull_request", "required_review_thread_resolution")
    }

    fn up_to_date(&self) -> bool {
        self.own_flag(&["required_status_checks", "strict"])
            || self.any_flag("required_status_checks", "strict_required_status_checks_policy")
    }

    fn reviews(&self) -> u64 {
        let count = "required_approving_review_count";
        let own = self.own.and_then(|own| at(own, &["required_pull_request_reviews", count]));
        let rules = self.all("pull_request").filter_map(|rule| at(rule, &["parameters", count]));
        rules.chain(own).filter_map(Value::as_u64).max().unwrap_or(0)
    }

    fn checks(&self) -> u64 {
        let own = self.own.and_then(|own| at(own, &["required_status_checks"]));
        let named = own.and_then(|checks| length(checks.get("checks")).max(length(checks.get("contexts"))));
        let rules = self.all("required_status_checks");
        let ruled = rules.filter_map(|rule| length(at(rule, &["parameters", "required_status_checks"])));
        ruled.chain(named).max().unwrap_or(0)
    }

    fn bypass(&self) -> Option<bool> {
        let reviews = at(self.own?, &["required_pull_request_reviews"])?;
        let listed = at(reviews, &["bypass_pull_request_allowances"]);
        let any = |who| length(listed.and_then(|listed| listed.get(who))).is_some_and(|count| count > 0);
        Some(["users", "teams", "apps"].into_iter().any(any))
    }
}

fn length(list: Option<&Value>) -> Option<u64> {
    u64::try_from(list?.as_array()?.len()).ok()
}
