//! What the events of Okta's System Log mean.

use super::super::audit::{
    ACCESS, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, rule,
};

const USER: &str = "target/?type=User/alternateId|target/?type=User/id";
const USER_ID: &str = "target/?type=User/id";
const APPLICATION: &str = "target/?type=AppInstance/displayName|target/?type=AppInstance/alternateId";

/// Okta's System Log.
pub(super) const OKTA: Product = Product {
    system: "okta",
    marks: &[
        &["eventType", "outcome/result", "actor/alternateId"],
        &["eventType", "legacyEventType", "outcome/result"],
        &["eventType", "displayMessage", "outcome/result"],
        &["eventType", "published", "uuid", "version"],
    ],
    event: &["eventType"],
    id: &["uuid"],
    time: "published",
    actor: Actor {
        address: "actor/alternateId",
        account: "actor/id",
        kind: "actor/type",
        service: &["actor/type!=User"],
    },
    ip: "client/ipAddress|request/ipChain/0/ip",
    agent: "client/userAgent/rawUserAgent",
    country: "client/geographicalContext/country",
    session: "authenticationContext/externalSessionId|authenticationContext/rootSessionId",
    category: "transaction/type",
    target: "target/?type=User/alternateId|target/0/displayName|target/0/alternateId|target/0/id",
    failed: &["outcome/result=FAILURE", "outcome/result=DENY"],
    why: "outcome/reason|outcome/result",
    rules: RULES,
    ..PRODUCT
};

const STEP: Login = Login {
    stated: "outcome/result",
    success: &["outcome/result=SUCCESS", "outcome/result=ALLOW"],
    denied: &["outcome/result=DENY", "outcome/reason=LOCKED_OUT"],
    kind: "'interactive",
    method: "debugContext/debugData/factor|authenticationContext/credentialType\
             |target/?type=AuthenticatorEnrollment/displayName",
    ..LOGIN
};

const MACHINE: &str = "the traffic of tokens between programs, which is no sign-in and no administration";
const TRAFFIC: &str = "tells how much Okta was used or what it sent, and no call of anybody";
const POLICY: &str = "a policy weighed for a sign-in that has its own event";

const GROUP: Access = Access {
    person: USER,
    account: USER_ID,
    entitlement: &["target/?type=UserGroup/displayName"],
    entitlement_id: "target/?type=UserGroup/id",
    kind: "group",
    ..ACCESS
};

const ASSIGNMENT: Access = Access {
    person: USER,
    account: USER_ID,
    system: APPLICATION,
    entitlement_id: "target/?type=AppInstance/id",
    kind: "application",
    ..ACCESS
};

/// One event names all roles that were given at once; every one of them allows administration.
const ROLE: Access =
    Access { person: USER, account: USER_ID, kind: "role", listed: true, privileged: &[""], ..ACCESS };

const GIVEN_ROLE: Access = Access {
    entitlement: &[
        "debugContext/debugData/privilegeGranted|target/?type=ROLE/displayName|target/?type=Role/displayName",
    ],
    ..ROLE
};

const TAKEN_ROLE: Access = Access {
    entitlement: &[
        "debugContext/debugData/privilegeRevoked|target/?type=ROLE/displayName|target/?type=Role/displayName",
    ],
    ..ROLE
};

const fn state(events: &'static [&'static str], status: &'static str) -> Rule {
    let name = "target/?type=User/displayName";
    rule(events, Gives::Account(Account { status, account: USER_ID, person: USER, name }))
}

const RULES: &[Rule] = &[
    rule(&["user.session.start"], Gives::Login(STEP)),
    rule(
        &["user.session.impersonation.initiate"],
        Gives::Login(Login {
            person: USER,
            account: USER_ID,
            impersonator: "actor/alternateId",
            privileged: &["*"],
            ..STEP
        }),
    ),
    rule(
        &[
            "user.authentication.authenticate",
            "user.authentication.auth_via_AD_agent",
            "user.authentication.auth_via_IDP",
            "user.authentication.auth_via_LDAP_agent",
            "user.authentication.auth_via_inbound_*",
            "user.authentication.auth_via_iwa",
            "user.authentication.auth_via_radius",
            "user.authentication.auth_via_richclient",
            "user.authentication.auth_via_social",
        ],
        Gives::Login(Login { step: "first_factor", ..STEP }),
    ),
    rule(
        &["user.authentication.auth_via_mfa"],
        Gives::Login(Login { step: "second_factor", mfa: &["*"], ..STEP }),
    ),
    rule(
        &["user.authentication.sso"],
        Gives::Login(Login { step: "application", application: APPLICATION, ..STEP }),
    ),
    rule(
        &["user.session.access_admin_app"],
        Gives::Login(Login {
            step: "application",
            application: "'Okta Admin Console",
            privileged: &["*"],
            ..STEP
        }),
    ),
    rule(&["group.user_membership.add"], Gives::Grant(GROUP)),
    rule(&["group.user_membership.remove"], Gives::Removal(GROUP)),
    rule(&["application.user_membership.add"], Gives::Grant(ASSIGNMENT)),
    rule(&["application.user_membership.remove"], Gives::Removal(ASSIGNMENT)),
    rule(&["user.account.privilege.grant"], Gives::Grant(GIVEN_ROLE)),
    rule(&["user.account.privilege.revoke"], Gives::Removal(TAKEN_ROLE)),
    state(&["user.lifecycle.create"], "invited"),
    state(&["user.lifecycle.activate", "user.lifecycle.unsuspend"], "active"),
    state(&["user.lifecycle.reactivate"], "invited"),
    state(&["user.lifecycle.suspend"], "suspended"),
    state(&["user.lifecycle.deactivate"], "deactivated"),
    state(&["user.lifecycle.delete.completed"], "deleted"),
    state(&["user.account.lock"], "locked"),
    state(&["user.account.unlock", "user.account.unlock_by_admin"], "active"),
    rule(&["user.session.end", "logout"], Gives::Nothing(END)),
    rule(&["policy.evaluate_sign_on", "policy.auth_reevaluate.*"], Gives::Nothing(POLICY)),
    rule(
        &[
            "app.oauth2.token.grant*",
            "app.oauth2.as.token.grant*",
            "app.oauth2.authorize.code",
            "app.oauth2.as.authorize.code",
        ],
        Gives::Nothing(MACHINE),
    ),
    rule(
        &[
            "system.email.*",
            "system.sms.*",
            "system.voice.*",
            "system.push.*",
            "system.org.rate_limit.*",
            "application.integration.rate_limit_exceeded",
            "core.concurrency.*",
        ],
        Gives::Nothing(TRAFFIC),
    ),
];
