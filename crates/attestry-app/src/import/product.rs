//! Formats of other products: which there are, and how one is told from the others.

use serde_json::Value;

use super::foreign::{self, Out};

/// How a format is read.
pub(super) enum Reads {
    /// Item by item: events of a log, or a document that is one JSON object.
    Items(fn(&Value, &mut Out)),
    /// The whole file at once.
    Document(fn(&[u8], &mut Out) -> Result<(), String>),
}

macro_rules! products {
    (
        items { $($(#[$doc:meta])* $item:ident $item_name:literal $item_title:literal $items:ident;)* }
        documents { $($(#[$document_doc:meta])* $document:ident $document_name:literal $document_title:literal $documents:ident;)* }
    ) => {
        /// A format that another product writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Product {
            $($(#[$doc])* $item,)*
            $($(#[$document_doc])* $document,)*
        }

        impl Product {
            /// All of them; where two would take the same file, the more particular one first.
            pub const ALL: &'static [Self] = &[$(Self::$item,)* $(Self::$document,)*];

            /// Its name in commands and errors.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$item => $item_name,)*
                    $(Self::$document => $document_name,)*
                }
            }

            /// What it is, for people.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$item => $item_title,)*
                    $(Self::$document => $document_title,)*
                }
            }

            pub(super) fn reads(self) -> Reads {
                match self {
                    $(Self::$item => Reads::Items(foreign::$items::item),)*
                    $(Self::$document => Reads::Document(foreign::$documents::document),)*
                }
            }

            /// The format of a file whose first item is this.
            pub fn of_item(item: &Value) -> Option<Self> {
                $(if foreign::$items::recognises(item) {
                    return Some(Self::$item);
                })*
                None
            }

            /// The format of a file that is no JSON, by its name and first bytes.
            pub fn of_head(name: &str, head: &[u8]) -> Option<Self> {
                $(if foreign::$documents::recognises(name, head) {
                    return Some(Self::$document);
                })*
                None
            }
        }
    };
}

products! {
    items {
        /// Okta's system log.
        Okta "okta" "Okta system log" okta;
        /// GitHub's audit log.
        GithubAudit "github-audit" "GitHub audit log" github_audit;
        /// What GitHub sends to a webhook.
        GithubWebhook "github-webhook" "GitHub webhook" github_webhook;
        /// What GitHub's REST interface answers.
        GithubRest "github-rest" "GitHub REST answers" github_rest;
        /// Findings and events in the Open Cybersecurity Schema Framework, such as Prowler's.
        Ocsf "ocsf" "OCSF" ocsf;
        /// Results of static analysis.
        Sarif "sarif" "SARIF 2.1.0" sarif;
        /// Trivy's report.
        Trivy "trivy" "Trivy report" trivy;
        /// CISA's catalog of exploited vulnerabilities.
        Kev "kev" "CISA known exploited vulnerabilities" kev;
        /// OSCAL assessment results.
        Oscal "oscal" "OSCAL assessment results" oscal;
        /// A bill of materials, of software or of a model.
        CycloneDx "cyclonedx" "CycloneDX bill of materials" cyclonedx;
        /// A Sigstore bundle.
        Sigstore "sigstore" "Sigstore bundle" sigstore;
        /// In-toto statements, SLSA provenance among them.
        InToto "in-toto" "in-toto attestation" in_toto;
        /// OpenTelemetry logs in their JSON form.
        Otlp "otlp" "OpenTelemetry logs" otlp;
        /// What LiteLLM's gateway logs.
        LiteLlm "litellm" "LiteLLM gateway log" litellm;
        /// Audit logs of other services that share a table of paths.
        Audit "audit" "audit log" audit;
    }
    documents {
        /// JUnit's report of a test run.
        Junit "junit" "JUnit report" junit;
        /// A model card in Markdown.
        ModelCard "model-card" "model card" model_card;
    }
}

impl Product {
    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }
}
