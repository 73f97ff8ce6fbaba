//! Cloud platforms: Google Cloud and Kubernetes.

use serde_json::Value;

use super::value::text;
use super::{ACCESS, Access, Actor, Gives, LOGIN, Login, PRODUCT, Product, Rule, rule};

pub(super) const PRODUCTS: &[Product] = &[GCP, KUBERNETES, AKS];

const GCP: Product = Product {
    system: "gcp",
    marks: &[
        &["protoPayload/@type$=google.cloud.audit.AuditLog"],
        &["protoPayload/at_sign_type$=google.cloud.audit.AuditLog"],
        &["protoPayload/methodName", "protoPayload/serviceName"],
        &["protoPayload/methodName", "logName"],
        &["protoPayload/authenticationInfo/principalEmail", "timestamp"],
    ],
    event: &["protoPayload/methodName"],
    id: &["insertId"],
    time: "timestamp",
    actor: Actor {
        address: "protoPayload/authenticationInfo/principalEmail",
        account: "",
        kind: "",
        service: &["protoPayload/authenticationInfo/principalEmail$=gserviceaccount.com"],
    },
    ip: "protoPayload/requestMetadata/callerIp|protoPayload/requestMetadata/callerIP",
    agent: "protoPayload/requestMetadata/callerSuppliedUserAgent",
    service: "protoPayload/serviceName",
    category: "resource/type",
    tenant: "resource/labels/project_id",
    target: "protoPayload/resourceName",
    failed: &["protoPayload/status/code!=0"],
    why: "protoPayload/status/message|protoPayload/status/code",
    rules: &[
        rule(&["google.login.LoginService.loginSuccess"], Gives::Login(INTERACTIVE)),
        rule(
            &["google.login.LoginService.loginFailure"],
            Gives::Login(Login { success: &[], ..INTERACTIVE }),
        ),
        rule(&["*"], Gives::Grant(Access { when: &["action=ADD", "member^=user:"], ..BINDING })),
        rule(&["*"], Gives::Removal(Access { when: &["action=REMOVE", "member^=user:"], ..BINDING })),
    ],
    ..PRODUCT
};

const INTERACTIVE: Login = Login { kind: "'interactive", ..LOGIN };

/// A binding of a role that a change of an IAM policy adds or takes away.
const BINDING: Access = Access {
    each: "protoPayload/serviceData/policyDelta/bindingDeltas",
    person: "member",
    entitlement: &["role"],
    scope: "protoPayload/resourceName",
    kind: "role",
    ..ACCESS
};

const KUBERNETES: Product = Product {
    system: "kubernetes",
    marks: &[&["kind=Event", "apiVersion^=audit.k8s.io"], &["kind=Event", "verb"]],
    event: &["verb", "objectRef/resource", "objectRef/subresource"],
    id: &["auditID", "~stage"],
    time: "stageTimestamp|requestReceivedTimestamp",
    actor: Actor {
        address: "user/username",
        account: "user/uid",
        kind: "",
        service: &["user/username^=system:", "user/username^=eks:"],
    },
    ip: "sourceIPs/0",
    agent: "userAgent",
    service: "objectRef/apiGroup",
    category: "level",
    tenant: "objectRef/namespace",
    target: "objectRef/name|requestURI",
    reads: &["verb=get", "verb=list", "verb=watch"],
    failed: &["responseStatus/code^=4", "responseStatus/code^=5"],
    why: "responseStatus/reason|responseStatus/code",
    rules: &[Rule {
        events: &["*"],
        when: &["stage=RequestReceived"],
        gives: Gives::Nothing("the beginning of a call that has an event of its own when it is answered"),
    }],
    ..PRODUCT
};

/// Azure keeps the events of its clusters as text within events of its own.
const AKS: Product = Product {
    marks: &[&["category^=kube-audit", "properties/log"]],
    unpack: Some(|item| {
        let log = text(item, "properties/log").unwrap_or_default();
        vec![serde_json::from_str(&log).unwrap_or(Value::Null)]
    }),
    ..KUBERNETES
};
