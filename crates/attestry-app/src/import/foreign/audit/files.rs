//! Files, tickets and meetings: Box, Dropbox, Zendesk and Zoom.

use super::{Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, USE, rule};

pub(super) const PRODUCTS: &[Product] = &[BOX, DROPBOX, ZENDESK, ZOOM_OPERATION, ZOOM_ACTIVITY];

const INTERACTIVE: Login = Login { kind: "'interactive", ..LOGIN };
const FAILED: Login = Login { success: &[], ..INTERACTIVE };

const BOX: Product = Product {
    system: "box",
    marks: &[&["type=event", "event_type", "created_by"]],
    event: &["event_type"],
    id: &["event_id"],
    time: "created_at",
    actor: Actor {
        address: "created_by/login|created_by/name",
        account: "created_by/id",
        kind: "created_by/type",
        service: &["created_by/type!=user"],
    },
    ip: "ip_address",
    session: "session_id",
    category: "source/type|source/item_type",
    target: "source/login|source/item_name|source/name|source/item_id",
    rules: &[
        rule(&["LOGIN"], Gives::Login(INTERACTIVE)),
        rule(&["ADMIN_LOGIN"], Gives::Login(Login { privileged: &["*"], ..INTERACTIVE })),
        rule(&["FAILED_LOGIN"], Gives::Login(FAILED)),
        rule(&["DOWNLOAD", "UPLOAD", "PREVIEW", "EDIT", "COPY", "MOVE", "RENAME"], Gives::Nothing(USE)),
        box_life(&["NEW_USER"], "active"),
        box_life(&["DELETE_USER"], "deleted"),
    ],
    ..PRODUCT
};

const fn box_life(events: &'static [&'static str], status: &'static str) -> Rule {
    let (account, person, name) = ("source/id", "source/login", "source/name");
    rule(events, Gives::Account(Account { status, account, person, name }))
}

/// Dropbox names the kind of a value `.tag`; some log stores cannot, and write `_tag`.
const DROPBOX: Product = Product {
    system: "dropbox",
    marks: &[&["event_type/.tag|event_type/_tag", "actor"]],
    event: &["event_type/.tag|event_type/_tag"],
    time: "timestamp",
    actor: Actor {
        address: "actor/user/email|actor/admin/email|actor/app/display_name",
        account: "actor/user/account_id|actor/admin/account_id",
        kind: "actor/.tag|actor/_tag",
        service: &["actor/app/display_name"],
    },
    ip: "origin/geo_location/ip_address",
    country: "origin/geo_location/country",
    session: "origin/access_method/end_user/session_id",
    category: "event_category/.tag|event_category/_tag",
    target: "context/email|assets/0/display_name|details/app_info/display_name",
    rules: &[
        rule(&["login_success"], Gives::Login(DROPBOX_SIGN_IN)),
        rule(&["login_fail"], Gives::Login(Login { success: &[], ..DROPBOX_SIGN_IN })),
        rule(&["logout"], Gives::Nothing(END)),
        rule(
            &["sign_in_as_session_start"],
            Gives::Login(Login {
                person: "context/email",
                account: "context/account_id",
                impersonator: "actor/admin/email|actor/user/email",
                privileged: &["*"],
                ..INTERACTIVE
            }),
        ),
        rule(
            &[
                "file_download",
                "file_view",
                "file_preview",
                "file_add",
                "file_edit",
                "file_rename",
                "file_move",
            ],
            Gives::Nothing(USE),
        ),
    ],
    ..PRODUCT
};

const DROPBOX_SIGN_IN: Login =
    Login { method: "details/login_method/.tag|details/login_method/_tag", ..INTERACTIVE };

const ZENDESK: Product = Product {
    system: "zendesk",
    marks: &[&["source_type", "source_id", "action_label", "change_description"]],
    event: &["action", "source_type"],
    id: &["id"],
    time: "created_at",
    actor: Actor { address: "actor_name", account: "actor_id", kind: "", service: &["actor_name=Zendesk"] },
    ip: "ip_address",
    category: "source_type",
    target: "source_label",
    rules: &[rule(&["login *"], Gives::Login(INTERACTIVE))],
    ..PRODUCT
};

const ZOOM_OPERATION: Product = Product {
    system: "zoom",
    marks: &[&["operator", "category_type", "operation_detail"]],
    event: &["action", "category_type"],
    time: "time",
    actor: Actor { address: "operator", account: "", kind: "", service: &[] },
    category: "category_type",
    target: "operation_detail",
    ..PRODUCT
};

const ZOOM_ACTIVITY: Product = Product {
    system: "zoom",
    marks: &[&["client_type", "email", "type", "time"]],
    event: &["type"],
    time: "time",
    actor: Actor { address: "email", account: "", kind: "", service: &[] },
    ip: "ip_address",
    agent: "client_type",
    rules: &[rule(&["Sign in"], Gives::Login(INTERACTIVE)), rule(&["Sign out"], Gives::Nothing(END))],
    ..PRODUCT
};
