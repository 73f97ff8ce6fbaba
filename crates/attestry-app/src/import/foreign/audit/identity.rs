//! Identity and access products: Auth0, Duo, 1Password and Teleport.

use super::{ACCOUNT, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, rule};

pub(super) const PRODUCTS: &[Product] = &[
    AUTH0,
    DUO_SIGN_IN,
    DUO_ADMINISTRATION,
    ONEPASSWORD_SIGN_IN,
    ONEPASSWORD_ITEM,
    ONEPASSWORD_AUDIT,
    TELEPORT,
];

const AUTH0: Product = Product {
    system: "auth0",
    marks: &[&["log_id", "data/type", "data/date"], &["log_id", "type", "date"]],
    event: &["data/type|type"],
    id: &["log_id"],
    time: "data/date|date",
    actor: Actor {
        address: "data/user_name|user_name|data/details/request/auth/user/email\
                  |details/request/auth/user/email",
        account: "data/user_id|user_id",
        kind: "data/strategy_type|strategy_type",
        service: &[],
    },
    ip: "data/ip|ip",
    agent: "data/user_agent|user_agent",
    country: "data/location_info/country_name|location_info/country_name",
    session: "data/session_id|session_id",
    category: "data/description|description",
    tenant: "data/tenant_name|tenant_name|data/hostname|hostname",
    target: "data/details/request/path|details/request/path|data/client_name|client_name",
    reads: &["data/details/request/method|details/request/method=get"],
    failed: &[
        "data/details/response/statusCode|details/response/statusCode^=4",
        "data/details/response/statusCode|details/response/statusCode^=5",
    ],
    why: "data/details/response/body/errorCode|data/error|data/description|error|description",
    rules: &[
        rule(&["s"], Gives::Login(AUTH0_SIGN_IN)),
        rule(&["f", "fp", "fu", "fc"], Gives::Login(Login { success: &[], ..AUTH0_SIGN_IN })),
        rule(
            &["limit_wc", "limit_mu", "pwd_leak"],
            Gives::Login(Login { success: &[], denied: &["*"], ..AUTH0_SIGN_IN }),
        ),
        rule(
            &["gd_auth_succeed"],
            Gives::Login(Login { step: "second_factor", mfa: &["*"], ..AUTH0_SIGN_IN }),
        ),
        rule(
            &["gd_auth_failed", "gd_auth_rejected"],
            Gives::Login(Login { step: "second_factor", success: &[], ..AUTH0_SIGN_IN }),
        ),
        rule(&["slo", "flo"], Gives::Nothing(END)),
        rule(
            &["sertft", "seacft", "seccft", "sepft"],
            Gives::Nothing("an exchange of tokens between programs"),
        ),
    ],
    ..PRODUCT
};

const AUTH0_SIGN_IN: Login = Login {
    kind: "'interactive",
    application: "data/client_name|client_name",
    method: "data/connection|connection",
    ..LOGIN
};

const DUO_SIGN_IN: Product = Product {
    system: "duo",
    marks: &[&["factor", "result", "access_device"], &["txid", "factor", "result"]],
    event: &["event_type|'authentication"],
    id: &["txid"],
    time: "isotimestamp|timestamp",
    actor: Actor { address: "email|user/name|username", account: "user/key", kind: "", service: &[] },
    ip: "access_device/ip|ip",
    agent: "access_device/browser",
    country: "access_device/location/country",
    failed: &["result=failure", "result=denied", "result=fraud"],
    why: "reason|result",
    rules: &[rule(
        &["authentication"],
        Gives::Login(Login {
            step: "second_factor",
            stated: "result",
            success: &["result=success"],
            denied: REFUSED,
            kind: "'interactive",
            application: "application/name|integration",
            method: "factor",
            mfa: &["*"],
            ..LOGIN
        }),
    )],
    ..PRODUCT
};

/// Reasons that are a rule's and not the person's.
const REFUSED: &[&str] = &[
    "reason=deny_unenrolled_user",
    "reason=location_restricted",
    "reason=platform_restricted",
    "reason=version_restricted",
    "reason=software_restricted",
    "reason=rooted_device",
    "reason=anonymous_ip",
    "reason=out_of_date",
    "reason=endpoint_is_not_trusted",
    "reason=could_not_determine_if_endpoint_was_trusted",
    "reason=endpoint_is_not_in_management_system",
    "reason=endpoint_failed_google_verification",
    "reason=user_disabled",
    "reason=locked_out",
    "reason=frequent_attempts",
    "reason=anomalous_push",
];

const DUO_ADMINISTRATION: Product = Product {
    system: "duo",
    marks: &[&["action", "isotimestamp", "username"]],
    event: &["action"],
    time: "isotimestamp",
    actor: Actor {
        address: "username",
        account: "",
        kind: "",
        service: &["username=API", "username=System"],
    },
    target: "object",
    rules: &[rule(
        &["admin_login"],
        Gives::Login(Login { kind: "'interactive", privileged: &["*"], ..LOGIN }),
    )],
    ..PRODUCT
};

const ONEPASSWORD_SIGN_IN: Product = Product {
    system: "1password",
    marks: &[&["category", "target_user/uuid", "uuid"]],
    event: &["type"],
    id: &["uuid"],
    time: "timestamp",
    ip: "client/ip_address",
    agent: "client/app_name",
    country: "country|location/country",
    session: "session_uuid",
    why: "type",
    rules: &[rule(
        &["*"],
        Gives::Login(Login {
            stated: "category",
            success: &["category=success", "category=firewall_reported_success"],
            denied: &["category=firewall_failed", "category=modern_version_failed"],
            person: "target_user/email",
            account: "target_user/uuid",
            kind: "'interactive",
            mfa: &["type=mfa_ok"],
            ..LOGIN
        }),
    )],
    ..PRODUCT
};

const ONEPASSWORD_ITEM: Product = Product {
    system: "1password",
    marks: &[&["item_uuid", "vault_uuid", "uuid"]],
    event: &["action|'item_usage"],
    id: &["uuid"],
    time: "timestamp",
    actor: Actor { address: "user/email", account: "user/uuid", kind: "", service: &[] },
    ip: "client/ip_address",
    agent: "client/app_name",
    tenant: "vault_uuid",
    target: "item_uuid",
    ..PRODUCT
};

const ONEPASSWORD_AUDIT: Product = Product {
    system: "1password",
    marks: &[&["actor_uuid", "action", "object_type", "uuid"]],
    event: &["action", "object_type"],
    id: &["uuid"],
    time: "timestamp",
    actor: Actor { address: "actor_details/email", account: "actor_uuid", kind: "actor_type", service: &[] },
    ip: "session/ip",
    category: "object_type",
    target: "object_details/email|object_uuid",
    ..PRODUCT
};

const TELEPORT: Product = Product {
    system: "teleport",
    marks: &[&["ei", "code", "event", "uid"]],
    event: &["event"],
    id: &["uid"],
    time: "time",
    actor: Actor {
        address: "user|identity/user",
        account: "",
        kind: "user_kind",
        service: &["user^=bot-", "identity/user^=bot-"],
    },
    ip: "addr.remote",
    agent: "user_agent",
    session: "sid",
    category: "code",
    tenant: "cluster_name",
    target: "target/user|name|server_id",
    failed: &["success=false"],
    why: "error|message",
    rules: &[
        rule(
            &["user.login"],
            Gives::Login(Login {
                stated: "success",
                success: &["success=true"],
                kind: "'interactive",
                method: "method",
                mfa: &["mfa_device/mfa_device_type"],
                ..LOGIN
            }),
        ),
        rule(
            &["session.command", "session.disk", "session.network", "session.data", "print", "resize"],
            Gives::Nothing("what ran within a session that has its own event"),
        ),
        Rule {
            events: &["lock.created"],
            when: &["target/user"],
            gives: Gives::Account(Account { status: "locked", person: "target/user", ..ACCOUNT }),
        },
        rule(&["user.create"], Gives::Account(Account { status: "active", person: "name", ..ACCOUNT })),
        rule(&["user.delete"], Gives::Account(Account { status: "deleted", person: "name", ..ACCOUNT })),
    ],
    ..PRODUCT
};
