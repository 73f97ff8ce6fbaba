//! Data, customers and code: Snowflake, Salesforce, Snyk and Wiz.

use super::{ACCESS, ACCOUNT, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, USE, rule};

pub(super) const PRODUCTS: &[Product] =
    &[SNOWFLAKE_SIGN_IN, SNOWFLAKE_QUERY, SNOWFLAKE_ROLE_RIGHT, SALESFORCE, SNYK, WIZ];

const SNOWFLAKE_SIGN_IN: Product = Product {
    system: "snowflake",
    marks: &[&["EVENT_TYPE", "EVENT_TIMESTAMP", "IS_SUCCESS", "USER_NAME"]],
    event: &["EVENT_TYPE"],
    id: &["EVENT_ID"],
    time: "EVENT_TIMESTAMP",
    actor: Actor { address: "USER_NAME", account: "USER_NAME", kind: "", service: &[] },
    ip: "CLIENT_IP",
    agent: "REPORTED_CLIENT_TYPE",
    why: "ERROR_MESSAGE|ERROR_CODE",
    rules: &[
        rule(&["LOGOUT"], Gives::Nothing(END)),
        rule(
            &["LOGIN"],
            Gives::Login(Login {
                stated: "IS_SUCCESS",
                success: &["IS_SUCCESS=YES"],
                denied: &[
                    "ERROR_MESSAGE=INCOMING_IP_BLOCKED",
                    "ERROR_MESSAGE=INCOMING_REQUEST_BLOCKED",
                    "ERROR_MESSAGE=USER_ACCESS_DISABLED",
                    "ERROR_MESSAGE=USER_LOCKED_TEMP",
                ],
                method: "FIRST_AUTHENTICATION_FACTOR",
                mfa: &["SECOND_AUTHENTICATION_FACTOR"],
                no_mfa: &["FIRST_AUTHENTICATION_FACTOR=PASSWORD"],
                ..LOGIN
            }),
        ),
    ],
    ..PRODUCT
};

const SNOWFLAKE_QUERY: Product = Product {
    system: "snowflake",
    marks: &[&["QUERY_TYPE", "QUERY_TEXT", "USER_NAME"]],
    event: &["QUERY_TYPE"],
    id: &["QUERY_ID"],
    time: "START_TIME|END_TIME",
    actor: Actor { address: "USER_NAME", account: "", kind: "ROLE_NAME", service: &["USER_NAME=SYSTEM"] },
    category: "'query",
    tenant: "DATABASE_NAME",
    target: "WAREHOUSE_NAME",
    failed: &["EXECUTION_STATUS=FAIL", "EXECUTION_STATUS=FAILED_WITH_ERROR", "EXECUTION_STATUS=INCIDENT"],
    why: "ERROR_CODE|EXECUTION_STATUS",
    rules: &[rule(
        &["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "SHOW", "DESCRIBE", "USE", "EXPLAIN"],
        Gives::Nothing(USE),
    )],
    ..PRODUCT
};

const SNOWFLAKE_ROLE_RIGHT: Product = Product {
    system: "snowflake",
    marks: &[&["PRIVILEGE", "GRANTED_ON", "GRANTEE_NAME"]],
    event: &["PRIVILEGE"],
    time: "CREATED_ON",
    rules: &[rule(
        &["*"],
        Gives::Nothing("a right of a role, which is access only once a person gets the role"),
    )],
    ..PRODUCT
};

/// A request can write several events, so that its identifier alone does not tell them apart.
const SALESFORCE: Product = Product {
    system: "salesforce",
    marks: &[&["EVENT_TYPE", "TIMESTAMP_DERIVED", "ORGANIZATION_ID"]],
    event: &["EVENT_TYPE"],
    id: &["EVENT_TYPE", "TIMESTAMP_DERIVED", "REQUEST_ID"],
    time: "TIMESTAMP_DERIVED",
    actor: Actor {
        address: "USER_NAME",
        account: "USER_ID_DERIVED|USER_ID",
        kind: "USER_TYPE",
        service: &["USER_TYPE=AutomatedProcess"],
    },
    ip: "SOURCE_IP|CLIENT_IP",
    agent: "BROWSER_TYPE",
    session: "SESSION_KEY",
    tenant: "ORGANIZATION_ID",
    target: "CONNECTED_APP_NAME|URI",
    why: "LOGIN_STATUS|STATUS",
    rules: &[
        rule(
            &["Login"],
            Gives::Login(Login {
                stated: "LOGIN_STATUS|STATUS",
                success: &["LOGIN_STATUS=LOGIN_NO_ERROR", "STATUS=Success"],
                denied: &["LOGIN_STATUS^=LOGIN_ERROR_RESTRICTED", "LOGIN_STATUS=LOGIN_ERROR_USER_INACTIVE"],
                method: "AUTHENTICATION_METHOD_REFERENCE|LOGIN_TYPE",
                application: "CONNECTED_APP_NAME",
                ..LOGIN
            }),
        ),
        rule(
            &["LoginAs"],
            Gives::Login(Login {
                account: "USER_ID_DERIVED|USER_ID",
                impersonator: "DELEGATED_USER_NAME|DELEGATED_USER_ID_DERIVED",
                kind: "'interactive",
                privileged: &["*"],
                ..LOGIN
            }),
        ),
        rule(&["Logout"], Gives::Nothing(END)),
        rule(&["ApiTotalUsage", "API", "RestApi", "BulkApi", "URI", "Report"], Gives::Nothing(USE)),
    ],
    ..PRODUCT
};

const SNYK: Product = Product {
    system: "snyk",
    marks: &[&["event", "created", "groupId"], &["event", "created", "orgId"]],
    event: &["event"],
    time: "created",
    actor: Actor { address: "", account: "userId", kind: "", service: &[] },
    tenant: "orgId|groupId",
    target: "projectId|content/projectId|content/after/name|orgId|groupId",
    ..PRODUCT
};

const WIZ: Product = Product {
    system: "wiz",
    marks: &[&["action", "requestId", "status", "timestamp"]],
    event: &["action"],
    id: &["id"],
    time: "timestamp",
    actor: Actor {
        address: "user/email|user/name|serviceAccount/name",
        account: "user/id|serviceAccount/id",
        kind: "",
        service: &["serviceAccount/id"],
    },
    ip: "sourceIP",
    agent: "userAgent",
    target: "actionParameters/input/email|actionParameters/input/name|actionParameters/input/id",
    failed: &["status=FAILED", "status=FAILURE", "status=ACCESS_DENIED"],
    why: "status",
    rules: &[
        rule(
            &["Login"],
            Gives::Login(Login {
                stated: "status",
                success: &["status=SUCCESS"],
                denied: &["status=ACCESS_DENIED"],
                kind: "'interactive",
                ..LOGIN
            }),
        ),
        rule(
            &["CreateUser"],
            Gives::Grant(Access {
                person: "actionParameters/input/email",
                entitlement: &["actionParameters/input/role"],
                kind: "role",
                ..ACCESS
            }),
        ),
        rule(
            &["CreateUser"],
            Gives::Account(Account {
                status: "invited",
                person: "actionParameters/input/email",
                name: "actionParameters/input/name",
                ..ACCOUNT
            }),
        ),
    ],
    ..PRODUCT
};
