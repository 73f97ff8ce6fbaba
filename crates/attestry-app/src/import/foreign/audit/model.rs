//! Makers of AI models: OpenAI and Anthropic.

use super::{
    ACCESS, ACCOUNT, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, USE, rule,
};

pub(super) const PRODUCTS: &[Product] = &[OPENAI, ANTHROPIC];

/// The details of an event are in a member named like its type; log stores write its dots as underscores.
const OPENAI: Product = Product {
    system: "openai",
    marks: &[&["object=organization.audit_log"], &["effective_at", "type", "actor/type"]],
    event: &["type"],
    id: &["id"],
    time: "effective_at",
    actor: Actor {
        address: "actor/session/user/email|actor/api_key/user/email|actor/api_key/service_account/id",
        account: "actor/session/user/id|actor/api_key/user/id|actor/api_key/service_account/id",
        kind: "actor/type",
        service: &["actor/api_key/service_account/id"],
    },
    ip: "actor/session/ip_address",
    agent: "actor/session/user_agent",
    country: "actor/session/ip_address_details/country",
    tenant: "project/id",
    target: "role_assignment_created/principal_id|role.assignment.created/principal_id\
             |role_assignment_deleted/principal_id|role.assignment.deleted/principal_id|project/name",
    why: "login_failed/error_code|login.failed/error_code",
    rules: &[
        rule(&["login.succeeded"], Gives::Login(SIGN_IN)),
        rule(&["login.failed"], Gives::Login(Login { success: &[], ..SIGN_IN })),
        rule(&["logout.succeeded", "logout.failed"], Gives::Nothing(END)),
        Rule {
            events: &["role.assignment.created"],
            when: &["role_assignment_created/principal_type|role.assignment.created/principal_type=user"],
            gives: Gives::Grant(Access {
                person: "role_assignment_created/principal_id|role.assignment.created/principal_id",
                account: "role_assignment_created/principal_id|role.assignment.created/principal_id",
                entitlement: &["role_assignment_created/id|role.assignment.created/id"],
                kind: "role",
                ..ACCESS
            }),
        },
        Rule {
            events: &["role.assignment.deleted"],
            when: &["role_assignment_deleted/principal_type|role.assignment.deleted/principal_type=user"],
            gives: Gives::Removal(Access {
                person: "role_assignment_deleted/principal_id|role.assignment.deleted/principal_id",
                account: "role_assignment_deleted/principal_id|role.assignment.deleted/principal_id",
                entitlement: &["role_assignment_deleted/id|role.assignment.deleted/id"],
                kind: "role",
                ..ACCESS
            }),
        },
        rule(
            &["user.added"],
            Gives::Account(Account { status: "active", account: "user_added/id|user.added/id", ..ACCOUNT }),
        ),
        rule(
            &["user.deleted"],
            Gives::Account(Account {
                status: "deleted",
                account: "user_deleted/id|user.deleted/id",
                ..ACCOUNT
            }),
        ),
    ],
    ..PRODUCT
};

const SIGN_IN: Login = Login { kind: "'interactive", ..LOGIN };

const ANTHROPIC: Product = Product {
    system: "anthropic",
    marks: &[&["organization_id", "created_at", "type", "actor/type"]],
    event: &["type"],
    id: &["id"],
    time: "created_at",
    actor: Actor {
        address: "actor/email_address",
        account: "actor/user_id",
        kind: "actor/type",
        service: &["actor/type!=user_actor"],
    },
    ip: "actor/ip_address",
    agent: "actor/user_agent",
    tenant: "organization_id",
    target: "deleted_user_email|integration_type|updates/0/type",
    rules: &[
        rule(&["claude_chat_*", "claude_file_*"], Gives::Nothing(USE)),
        rule(
            &["org_user_deleted"],
            Gives::Account(Account {
                status: "deleted",
                account: "deleted_user_id",
                person: "deleted_user_email",
                ..ACCOUNT
            }),
        ),
    ],
    ..PRODUCT
};
