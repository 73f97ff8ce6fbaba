//! Google Workspace.

use serde_json::{Map, Value, json};

use super::value::find;
use super::{
    ACCESS, ACCOUNT, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, USE, rule,
};

pub(super) const PRODUCTS: &[Product] = &[WORKSPACE];

const WORKSPACE: Product = Product {
    system: "google_workspace",
    marks: &[
        &["kind=admin#reports#activity"],
        &["id/applicationName", "name"],
        &["id/applicationName", "events"],
    ],
    unpack: Some(activities),
    event: &["name"],
    id: &["id/time", "id/uniqueQualifier", "~ordinal"],
    time: "id/time",
    actor: Actor {
        address: "actor/email",
        account: "actor/profileId",
        kind: "actor/callerType",
        service: &["actor/callerType=KEY"],
    },
    ip: "ipAddress",
    service: "id/applicationName",
    category: "type",
    tenant: "id/customerId",
    target: "parameters/USER_EMAIL|parameters/GROUP_EMAIL|parameters/affected_email_address|parameters/target_user\
             |parameters/doc_id|parameters/SETTING_NAME|parameters/APPLICATION_NAME|parameters/ROLE_NAME",
    why: "parameters/login_failure_type|parameters/saml_status_code",
    rules: &[
        Rule {
            events: &["login_success"],
            when: &["id/applicationName!=saml"],
            gives: Gives::Login(WORKSPACE_SIGN_IN),
        },
        Rule {
            events: &["login_failure"],
            when: &["id/applicationName!=saml"],
            gives: Gives::Login(Login { success: &[], ..WORKSPACE_SIGN_IN }),
        },
        Rule {
            events: &["login_verification"],
            when: &["parameters/is_second_factor=true"],
            gives: Gives::Login(Login {
                step: "second_factor",
                stated: "parameters/login_challenge_status",
                success: &["parameters/login_challenge_status=Challenge Passed."],
                mfa: &["*"],
                ..WORKSPACE_SIGN_IN
            }),
        },
        Rule {
            events: &["login_success"],
            when: &["id/applicationName=saml"],
            gives: Gives::Login(SAML_ENTRY),
        },
        Rule {
            events: &["login_failure"],
            when: &["id/applicationName=saml"],
            gives: Gives::Login(Login { success: &[], ..SAML_ENTRY }),
        },
        rule(&["logout"], Gives::Nothing(END)),
        Rule { events: &["*"], when: &["id/applicationName=gmail"], gives: Gives::Nothing(USE) },
        Rule {
            events: &["*"],
            when: &["id/applicationName=drive", "type=access"],
            gives: Gives::Nothing(USE),
        },
        rule(&["ASSIGN_ROLE"], Gives::Grant(ROLE)),
        rule(&["UNASSIGN_ROLE"], Gives::Removal(ROLE)),
        rule(&["GRANT_ADMIN_PRIVILEGE"], Gives::Grant(SUPER)),
        rule(&["REVOKE_ADMIN_PRIVILEGE"], Gives::Removal(SUPER)),
        rule(&["ADD_GROUP_MEMBER"], Gives::Grant(GROUP)),
        rule(&["REMOVE_GROUP_MEMBER"], Gives::Removal(GROUP)),
        life(&["CREATE_USER", "UNSUSPEND_USER", "UNDELETE_USER"], "active"),
        life(&["SUSPEND_USER", "account_disabled_*"], "suspended"),
        life(&["DELETE_USER"], "deleted"),
    ],
    ..PRODUCT
};

const WORKSPACE_SIGN_IN: Login = Login {
    kind: "'interactive",
    method: "parameters/login_type|parameters/login_challenge_method/0",
    mfa: &[
        "parameters/login_challenge_method=backup_code",
        "parameters/login_challenge_method=google_authenticator",
        "parameters/login_challenge_method=google_prompt",
        "parameters/login_challenge_method=idv_any_phone",
        "parameters/login_challenge_method=idv_preregistered_phone",
        "parameters/login_challenge_method=offline_otp",
        "parameters/login_challenge_method=security_key",
        "parameters/login_challenge_method=security_key_otp",
    ],
    ..LOGIN
};

const SAML_ENTRY: Login = Login {
    step: "application",
    kind: "'interactive",
    application: "parameters/application_name",
    method: "'saml",
    ..LOGIN
};

const MEMBER: &str = "parameters/USER_EMAIL|parameters/affected_email_address";
const ROLE: Access = Access {
    person: "parameters/USER_EMAIL",
    entitlement: &["parameters/ROLE_NAME"],
    kind: "role",
    privileged: &[""],
    ..ACCESS
};
const SUPER: Access = Access { entitlement: &["'super administrator"], ..ROLE };
const GROUP: Access = Access {
    person: "parameters/USER_EMAIL",
    entitlement: &["parameters/GROUP_EMAIL"],
    kind: "group",
    ..ACCESS
};

const fn life(events: &'static [&'static str], status: &'static str) -> Rule {
    rule(events, Gives::Account(Account { status, account: "", person: MEMBER, ..ACCOUNT }))
}

/// The Reports API packs several events of one act into a list and writes parameters as a list of names and values;
/// log stores unfold both. Here, the one becomes the other.
fn activities(item: &Value) -> Vec<Value> {
    let events = item.get("events").and_then(Value::as_array).filter(|events| !events.is_empty());
    let (Some(activity), Some(events)) = (item.as_object(), events) else {
        return vec![item.clone()];
    };
    let several = events.len() > 1;
    let one = |(event, nth): (&Value, usize)| {
        let mut one: Map<String, Value> = activity.clone();
        one.remove("events");
        for name in ["type", "name"] {
            one.insert(name.to_owned(), event.get(name).cloned().unwrap_or_default());
        }
        one.insert("parameters".to_owned(), parameters(event));
        if several {
            one.insert("ordinal".to_owned(), json!(nth));
        }
        Value::Object(one)
    };
    events.iter().zip(1_usize..).map(one).collect()
}

fn parameters(event: &Value) -> Value {
    let stated = event.get("parameters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let pairs = stated.iter().filter_map(|one| {
        let value = find(one, "value|boolValue|intValue|multiValue|multiIntValue")?;
        Some((one.get("name")?.as_str()?.to_owned(), value.clone()))
    });
    Value::Object(pairs.collect())
}
