//! Microsoft Entra, Microsoft 365 and Intune.

use super::{ACCESS, ACCOUNT, Access, Account, Actor, Gives, LOGIN, Login, PRODUCT, Product, Rule, rule};

pub(super) const PRODUCTS: &[Product] = &[INTUNE, ENTRA, MICROSOFT365];

const INTUNE: Product = Product {
    system: "intune",
    marks: &[&["properties/AuditEventId", "operationName"]],
    event: &["operationName"],
    id: &["properties/AuditEventId"],
    time: "time",
    actor: Actor {
        address: "properties/Actor/UPN|identity",
        account: "properties/Actor/ObjectId",
        kind: "",
        service: &[],
    },
    category: "category",
    tenant: "tenantId",
    target: "properties/TargetObjectIds/0",
    failed: &["resultType=Failure", "resultType=Fail"],
    why: "resultDescription|resultType",
    ..PRODUCT
};

/// Entra writes the same event into its log of diagnostics, below `properties`, and into Microsoft Graph, bare.
const ENTRA: Product = Product {
    system: "entra",
    marks: &[
        &["category$=SignInLogs", "properties"],
        &["operationName", "properties/initiatedBy", "properties/targetResources"],
        &["activityDisplayName", "initiatedBy", "targetResources"],
        &["userPrincipalName", "conditionalAccessStatus", "status/errorCode"],
    ],
    event: &["operationName|activityDisplayName|'Sign-in activity"],
    id: &["properties/id|id"],
    time: "properties/createdDateTime|createdDateTime|properties/activityDateTime|activityDateTime|time",
    actor: Actor {
        address: "properties/userPrincipalName|userPrincipalName\
                  |properties/initiatedBy/user/userPrincipalName|initiatedBy/user/userPrincipalName\
                  |properties/servicePrincipalName|properties/initiatedBy/app/displayName\
                  |initiatedBy/app/displayName",
        account: "properties/userId|userId|properties/initiatedBy/user/id|initiatedBy/user/id\
                  |properties/servicePrincipalId|properties/initiatedBy/app/servicePrincipalId",
        kind: "properties/userType|userType",
        service: &[
            "properties/servicePrincipalId",
            "properties/initiatedBy/app/displayName",
            "initiatedBy/app/displayName",
        ],
    },
    ip: "properties/ipAddress|ipAddress|callerIpAddress|initiatedBy/user/ipAddress",
    agent: "properties/userAgent|userAgent|properties/clientAppUsed|clientAppUsed",
    country: "properties/location/countryOrRegion|location/countryOrRegion|location",
    session: "properties/sessionId|sessionId|properties/correlationId|correlationId",
    service: "properties/loggedByService|loggedByService",
    category: "properties/category|category",
    tenant: "tenantId|properties/homeTenantId",
    target: "properties/targetResources/0/userPrincipalName|properties/targetResources/0/displayName\
             |targetResources/0/userPrincipalName|targetResources/0/displayName\
             |properties/targetResources/0/id|targetResources/0/id",
    failed: &["properties/result|result=failure", "properties/result|result=timeout"],
    why: "properties/status/errorCode|status/errorCode|properties/resultReason|resultReason|resultType\
          |properties/result|result",
    rules: &[
        sign_in(&["category=SignInLogs"], "'interactive"),
        sign_in(&["isInteractive=true"], "'interactive"),
        sign_in(&["isInteractive=false"], "'background"),
        sign_in(&["category=NonInteractiveUserSignInLogs"], "'background"),
        sign_in(&["category=ServicePrincipalSignInLogs"], "'service"),
        sign_in(&["category=ManagedIdentitySignInLogs"], "'service"),
        rule(
            &["Add member to role"],
            Gives::Grant(Access { entitlement: &[NEW_ROLE], kind: "role", ..MEMBER }),
        ),
        rule(
            &["Remove member from role"],
            Gives::Removal(Access { entitlement: &[OLD_ROLE], kind: "role", ..MEMBER }),
        ),
        rule(&["Add member to group"], Gives::Grant(Access { entitlement: &[NEW_GROUP], ..MEMBER })),
        rule(&["Remove member from group"], Gives::Removal(Access { entitlement: &[OLD_GROUP], ..MEMBER })),
        life(&["Add user", "Enable account", "Restore user"], "active"),
        life(&["Disable account"], "deactivated"),
        life(&["Delete user", "Hard Delete user"], "deleted"),
    ],
    ..PRODUCT
};

const fn sign_in(when: &'static [&'static str], kind: &'static str) -> Rule {
    Rule { events: &["*"], when, gives: Gives::Login(Login { kind, ..ENTRA_SIGN_IN }) }
}

const ENTRA_SIGN_IN: Login = Login {
    stated: "properties/status/errorCode|status/errorCode|resultType",
    success: &["properties/status/errorCode|status/errorCode|resultType=0"],
    denied: DENIED,
    application: "properties/appDisplayName|appDisplayName|properties/resourceDisplayName",
    method: "properties/authenticationDetails/0/authenticationMethod|authenticationDetails/0/authenticationMethod\
             |properties/authenticationProtocol|authenticationProtocol",
    mfa: &["properties/authenticationRequirement|authenticationRequirement=multiFactorAuthentication"],
    no_mfa: &["properties/authenticationRequirement|authenticationRequirement=singleFactorAuthentication"],
    ..LOGIN
};

/// Locked, disabled, not assigned, and what conditional access refuses.
const DENIED: &[&str] = &[
    "properties/status/errorCode|status/errorCode|resultType=50053",
    "properties/status/errorCode|status/errorCode|resultType=50057",
    "properties/status/errorCode|status/errorCode|resultType=50105",
    "properties/status/errorCode|status/errorCode|resultType=53000",
    "properties/status/errorCode|status/errorCode|resultType=53001",
    "properties/status/errorCode|status/errorCode|resultType=53002",
    "properties/status/errorCode|status/errorCode|resultType=53003",
    "properties/status/errorCode|status/errorCode|resultType=53004",
    "properties/status/errorCode|status/errorCode|resultType=530032",
];

const TARGET: &str = "properties/targetResources/?type=User/userPrincipalName\
                      |targetResources/?type=User/userPrincipalName\
                      |properties/targetResources/?type=User/id|targetResources/?type=User/id";
const TARGET_ID: &str = "properties/targetResources/?type=User/id|targetResources/?type=User/id";
const NEW_ROLE: &str = "properties/targetResources/?type=User/modifiedProperties/?displayName=Role.DisplayName/newValue\
                        |targetResources/?type=User/modifiedProperties/?displayName=Role.DisplayName/newValue";
const OLD_ROLE: &str = "properties/targetResources/?type=User/modifiedProperties/?displayName=Role.DisplayName/oldValue\
                        |targetResources/?type=User/modifiedProperties/?displayName=Role.DisplayName/oldValue";
const NEW_GROUP: &str = "properties/targetResources/?type=User/modifiedProperties/?displayName=Group.DisplayName/newValue\
                         |targetResources/?type=User/modifiedProperties/?displayName=Group.DisplayName/newValue";
const OLD_GROUP: &str = "properties/targetResources/?type=User/modifiedProperties/?displayName=Group.DisplayName/oldValue\
                         |targetResources/?type=User/modifiedProperties/?displayName=Group.DisplayName/oldValue";

const MEMBER: Access = Access { person: TARGET, account: TARGET_ID, kind: "group", ..ACCESS };

const fn life(events: &'static [&'static str], status: &'static str) -> Rule {
    rule(events, Gives::Account(Account { status, account: TARGET_ID, person: TARGET, ..ACCOUNT }))
}

const MICROSOFT365: Product = Product {
    system: "microsoft365",
    marks: &[&["Operation", "Workload", "RecordType"]],
    event: &["Operation"],
    id: &["Id"],
    time: "CreationTime",
    actor: Actor {
        address: "UserId",
        account: "UserKey",
        kind: "",
        service: &["UserId^=ServicePrincipal_", "UserType=4", "UserType=5", "UserType=6"],
    },
    ip: "ClientIP|ActorIpAddress",
    agent: "UserAgent",
    service: "Workload",
    tenant: "OrganizationId",
    target: "ObjectId",
    failed: &["ResultStatus=Failed", "ResultStatus=Failure", "ResultStatus=False"],
    why: "LogonError|ErrorNumber|ResultStatus",
    rules: &[
        rule(&["UserLoggedIn"], Gives::Login(OFFICE_SIGN_IN)),
        rule(&["UserLoginFailed"], Gives::Login(Login { success: &[], ..OFFICE_SIGN_IN })),
        rule(
            &["Add member to role."],
            Gives::Grant(Access {
                entitlement: &["ModifiedProperties/?Name=Role.DisplayName/NewValue"],
                ..OFFICE_ROLE
            }),
        ),
        rule(
            &["Remove member from role."],
            Gives::Removal(Access {
                entitlement: &["ModifiedProperties/?Name=Role.DisplayName/OldValue"],
                ..OFFICE_ROLE
            }),
        ),
        office_life(&["Add user.", "Enable account.", "Restore user."], "active"),
        office_life(&["Disable account."], "deactivated"),
        office_life(&["Delete user."], "deleted"),
    ],
    ..PRODUCT
};

const OFFICE_SIGN_IN: Login = Login {
    denied: &["LogonError=UserDisabled", "LogonError^=BlockedByConditionalAccess", "LogonError=IdsLocked"],
    application: "ApplicationId",
    ..LOGIN
};

const OFFICE_ROLE: Access = Access { person: "ObjectId", kind: "role", ..ACCESS };

const fn office_life(events: &'static [&'static str], status: &'static str) -> Rule {
    rule(events, Gives::Account(Account { status, account: "ObjectId", person: "ObjectId", ..ACCOUNT }))
}
