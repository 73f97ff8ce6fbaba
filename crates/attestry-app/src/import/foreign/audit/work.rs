//! Where people work together: Slack, Notion, Asana and Atlassian.

use super::{ACCESS, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, USE, rule};

pub(super) const PRODUCTS: &[Product] = &[SLACK, NOTION, ASANA, ATLASSIAN];

const INTERACTIVE: Login = Login { kind: "'interactive", ..LOGIN };
const FAILED: Login = Login { success: &[], ..INTERACTIVE };

const SLACK: Product = Product {
    system: "slack",
    marks: &[
        &["action", "actor/user/id", "context/location"],
        &["action", "actor/type", "entity/type", "context"],
    ],
    event: &["action"],
    id: &["id"],
    time: "date_create",
    actor: Actor {
        address: "actor/user/email|actor/user/name",
        account: "actor/user/id",
        kind: "actor/type",
        service: &["actor/type!=user"],
    },
    ip: "context/ip_address",
    agent: "context/ua",
    session: "context/session_id",
    category: "entity/type",
    tenant: "context/location/name",
    target: "entity/user/email|entity/app/name|entity/channel/name|entity/workspace/name|entity/enterprise/name",
    rules: &[
        rule(&["user_login"], Gives::Login(INTERACTIVE)),
        rule(&["user_login_failed"], Gives::Login(FAILED)),
        rule(&["user_logout"], Gives::Nothing(END)),
        rule(&["file_downloaded", "file_uploaded", "file_shared"], Gives::Nothing(USE)),
        rule(&["role_change_to_admin"], Gives::Grant(Access { entitlement: &["'admin"], ..SLACK_ROLE })),
        rule(&["role_change_to_owner"], Gives::Grant(Access { entitlement: &["'owner"], ..SLACK_ROLE })),
        slack_life(&["user_created", "user_reactivated"], "active"),
        slack_life(&["user_deactivated"], "deactivated"),
    ],
    ..PRODUCT
};

const SLACK_ROLE: Access =
    Access { person: "entity/user/email", account: "entity/user/id", kind: "role", ..ACCESS };

const fn slack_life(events: &'static [&'static str], status: &'static str) -> Rule {
    let (account, person, name) = ("entity/user/id", "entity/user/email", "entity/user/name");
    rule(events, Gives::Account(Account { status, account, person, name }))
}

const NOTION: Product = Product {
    system: "notion",
    marks: &[&["event/type", "event/timestamp", "event/workspace_id"]],
    event: &["event/type"],
    id: &["event/id"],
    time: "event/timestamp",
    actor: Actor {
        address: "event/actor/person/email",
        account: "event/actor/id",
        kind: "event/actor/type",
        service: &["event/actor/type!=person"],
    },
    ip: "event/ip_address",
    agent: "event/platform",
    tenant: "event/workspace_id",
    target: "event/details/member/person/email|event/details/target/name|event/details/target/page_id",
    rules: &[
        rule(&["user.login"], Gives::Login(Login { method: "event/details/authType", ..INTERACTIVE })),
        rule(&["user.logout"], Gives::Nothing(END)),
        rule(&["page.viewed", "page.created", "page.edited"], Gives::Nothing(USE)),
        rule(
            &["teamspace.permissions.member_added", "workspace.permissions.member_added"],
            Gives::Grant(NOTION_MEMBER),
        ),
        rule(
            &["teamspace.permissions.member_removed", "workspace.permissions.member_removed"],
            Gives::Removal(NOTION_MEMBER),
        ),
        rule(
            &["teamspace.permissions.member_role_updated"],
            Gives::Grant(Access {
                entitlement: &["event/details/target/name", "event/details/new_role"],
                kind: "role",
                ..NOTION_MEMBER
            }),
        ),
    ],
    ..PRODUCT
};

const NOTION_MEMBER: Access = Access {
    person: "event/details/member/person/email",
    account: "event/details/member/id",
    entitlement: &["event/details/target/name", "event/details/role"],
    entitlement_id: "event/details/target/id",
    kind: "membership",
    ..ACCESS
};

const ASANA: Product = Product {
    system: "asana",
    marks: &[&["event_type", "event_category", "gid", "actor"]],
    event: &["event_type"],
    id: &["gid"],
    time: "created_at",
    actor: Actor {
        address: "actor/email|actor/name",
        account: "actor/gid",
        kind: "actor/actor_type",
        service: &["actor/actor_type!=user"],
    },
    ip: "context/client_ip_address",
    agent: "context/user_agent",
    category: "event_category",
    target: "resource/email|resource/name|resource/gid",
    why: "details/reason|event_type",
    rules: &[
        rule(&["user_login_succeeded"], Gives::Login(Login { method: "details/method/0", ..INTERACTIVE })),
        rule(&["user_login_failed"], Gives::Login(Login { method: "details/method/0", ..FAILED })),
        rule(&["user_logged_out"], Gives::Nothing(END)),
        Rule {
            events: &["user_workspace_admin_role_changed"],
            when: &["details/new_value!=member"],
            gives: Gives::Grant(Access { entitlement: &["details/new_value"], ..ASANA_ROLE }),
        },
        Rule {
            events: &["user_workspace_admin_role_changed"],
            when: &["details/old_value!=member"],
            gives: Gives::Removal(Access { entitlement: &["details/old_value"], ..ASANA_ROLE }),
        },
    ],
    ..PRODUCT
};

const ASANA_ROLE: Access = Access {
    person: "resource/email",
    account: "resource/gid",
    scope: "details/group/name",
    kind: "role",
    ..ACCESS
};

const ATLASSIAN: Product = Product {
    system: "atlassian",
    marks: &[&["attributes/action", "attributes/time", "attributes/actor"]],
    event: &["attributes/action"],
    id: &["id"],
    time: "attributes/time",
    actor: Actor {
        address: "attributes/actor/email|attributes/actor/name",
        account: "attributes/actor/id",
        kind: "",
        service: &[],
    },
    ip: "attributes/location/ip",
    country: "attributes/location/countryName",
    tenant: "attributes/container/0/attributes/siteName",
    target: "attributes/context/0/attributes/email|attributes/context/0/id",
    rules: &[
        rule(&["user_login"], Gives::Login(INTERACTIVE)),
        rule(
            &["user_logged_in_as_user"],
            Gives::Login(Login {
                person: "attributes/context/0/attributes/email",
                account: "attributes/context/0/id",
                impersonator: "attributes/actor/email",
                privileged: &["*"],
                ..INTERACTIVE
            }),
        ),
        rule(&["user_logout"], Gives::Nothing(END)),
    ],
    ..PRODUCT
};
