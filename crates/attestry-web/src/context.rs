//! Who asks, about what: read from a request once, before every page.

use attestry_app::readiness::Status;
use attestry_domain::assess::{
    ControlAssessment, FrameworkAssessment, Question, Readiness, RequirementAssessment,
};
use attestry_domain::catalog::{Catalog, Framework, FrameworkKind};
use attestry_domain::event::Actor;
use attestry_domain::id::{ControlId, PersonId, RequirementId};
use attestry_domain::programme::Programme;
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Instant, day_words};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use crate::WebState;
use crate::axis::{Axis, AxisText};
use crate::cookie::Cookie;
use crate::problem::Problem;
use crate::view::words::{grouped, span};
use crate::view::{Frame, MadeFrom, Place, RailFramework};

/// A session that holds, of a person with a part in the programme.
pub(crate) struct Reader {
    /// The server's state.
    pub(crate) state: WebState,
    /// The session's secret.
    pub(crate) token: String,
    /// Who.
    pub(crate) person: PersonId,
    /// The token that forms of this session carry.
    pub(crate) csrf: String,
    uri: Uri,
}

/// A reader, what the address asks about, and what holds there.
pub(crate) struct Context {
    /// Who asks.
    pub(crate) reader: Reader,
    /// What is asked, as the address states it.
    pub(crate) axis: Axis,
    /// What holds.
    pub(crate) status: Status,
    checkpoint: Option<(u64, String)>,
}

impl FromRequestParts<WebState> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let page = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
        let wanted = || Problem::SignedOut(page.map_or("/", |page| page.as_str()).to_owned());
        let token = Cookie::Session.read(&parts.headers, state.https).ok_or_else(wanted)?;
        let session = state.workspace.app().session(&token).await?.ok_or_else(wanted)?;
        if session.workspace != state.workspace.id() {
            return Err(wanted());
        }
        let programme = state.workspace.follow().await?.programme;
        let today = state.workspace.today();
        let roles: Vec<Role> = programme.roles_on(session.person, today).collect();
        if roles.is_empty() {
            return Err(Problem::NoRole);
        }
        if roles.iter().all(|role| *role == Role::Auditor) {
            return Err(Problem::Auditor(owners(&programme, today)));
        }
        let (person, csrf, uri) = (session.person, session.csrf, parts.uri.clone());
        Ok(Self { state: state.clone(), token, person, csrf, uri })
    }
}

impl FromRequestParts<WebState> for Context {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, state).await?;
        let axis = Axis::try_from(&reader.query::<AxisText>()?)?;
        let Axis { at, as_of, period } = axis;
        let status = state.workspace.status(attestry_app::Axis { at, as_of, period }).await?;
        let checkpoint = state.workspace.checkpoint().await?.map(|signed| (signed.size, signed.root));
        Ok(Self { reader, axis, status, checkpoint })
    }
}

/// How many kinds of frameworks are told apart.
const RANKS: u8 = 4;

/// Attested ones first, then certified ones, laws, guidance.
pub(crate) const fn rank(kind: FrameworkKind) -> u8 {
    match kind {
        FrameworkKind::Attestation => 0,
        FrameworkKind::Certification => 1,
        FrameworkKind::Law => 2,
        FrameworkKind::Guidance => 3,
    }
}

/// Who owns the programme on a day.
fn owners(programme: &Programme, today: Day) -> Vec<String> {
    let owns = |person: &&PersonId| programme.roles_on(**person, today).any(|role| role == Role::Owner);
    programme.people.keys().filter(owns).map(|person| programme.name_of(*person)).collect()
}

impl Reader {
    /// What the address says after its question mark.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let read = Query::try_from_uri(&self.uri);
        read.map(|Query(query)| query)
            .map_err(|error| Problem::Asked(format!("the address cannot be read: {error}")))
    }
}

impl Context {
    /// The programme at the N asked for.
    pub(crate) fn programme(&self) -> &Programme {
        &self.status.snapshot.programme
    }

    /// The catalog in force there.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.status.snapshot.catalog
    }

    /// What holds.
    pub(crate) fn readiness(&self) -> &Readiness {
        &self.status.readiness
    }

    /// Which day and period were judged.
    pub(crate) fn question(&self) -> Question {
        self.status.readiness.question
    }

    /// Through which day operation is judged, where that is before the period's last.
    pub(crate) fn judged_to(&self) -> Option<String> {
        let Question { through, period, .. } = self.question();
        let period = period.filter(|period| through < period.last())?;
        Some(match through < period.from() {
            true => format!("not begun on {}", day_words(through)),
            false => format!("judged to {}", day_words(through)),
        })
    }

    /// The present instant, or that of the newest event known where an earlier N is asked for.
    pub(crate) fn now(&self) -> Instant {
        let Axis { at, as_of, period } = self.axis;
        let axis = attestry_app::Axis { at, as_of, period };
        self.reader.state.workspace.now_at(self.programme(), axis)
    }

    /// The organisation's calendar.
    pub(crate) fn zone(&self) -> TimeZone {
        self.programme().zone()
    }

    /// What an actor is called.
    pub(crate) fn name_of(&self, actor: Actor) -> String {
        actor.person().map_or_else(|| "Attestry".to_owned(), |person| self.programme().name_of(person))
    }

    /// What holds for a control.
    pub(crate) fn control(&self, id: &ControlId) -> Option<&ControlAssessment> {
        self.readiness().controls.get(id).map(AsRef::as_ref)
    }

    /// What holds for a requirement.
    pub(crate) fn requirement(&self, id: &RequirementId) -> Option<&RequirementAssessment> {
        let framework = self.readiness().frameworks.iter().find(|one| one.id.as_str() == id.framework())?;
        framework.requirements.iter().find(|one| one.id == *id)
    }

    /// What people call a framework.
    pub(crate) fn short(&self, framework: &str) -> String {
        self.framework(framework).map_or_else(|| framework.to_owned(), |one| one.short.clone())
    }

    /// Frameworks in scope with what holds: attested ones first, then certified ones, laws, guidance.
    pub(crate) fn frameworks(&self) -> Vec<&FrameworkAssessment> {
        let kind = |one: &FrameworkAssessment| Some(self.catalog().frameworks.get(&one.id)?.kind);
        let mut frameworks: Vec<&FrameworkAssessment> = self.readiness().frameworks.iter().collect();
        frameworks.sort_by_key(|one| kind(one).map_or(RANKS, rank));
        frameworks
    }

    /// All frameworks of the catalog in the same order, in scope or not.
    pub(crate) fn known_frameworks(&self) -> Vec<&Framework> {
        let mut frameworks: Vec<&Framework> = self.catalog().frameworks.values().collect();
        frameworks.sort_by_key(|one| rank(one.kind));
        frameworks
    }

    /// A framework of the catalog by its short name.
    pub(crate) fn framework(&self, id: &str) -> Option<&Framework> {
        self.catalog().frameworks.values().find(|one| one.id.as_str() == id)
    }

    /// Where a framework's pages belong: to its own place when it is in scope, else to what compares frameworks.
    pub(crate) fn place_of(&self, framework: &str) -> Place {
        let adopted = self.readiness().frameworks.iter().any(|one| one.id.as_str() == framework);
        if adopted { Place::Framework(framework.to_owned()) } else { Place::Overlap }
    }

    /// The owner of a control on the day asked for.
    pub(crate) fn owner_of(&self, id: &ControlId) -> String {
        let control = self.programme().controls.get(id);
        let owner = control.and_then(|control| control.owner_on(self.question().as_of));
        owner.map_or_else(|| "nobody yet".to_owned(), |owner| self.programme().name_of(owner))
    }

    /// The axis as fields of a form.
    pub(crate) fn hidden(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("as_of", self.axis.as_of.map(|day| day.to_string())),
            ("period", self.axis.period.map(|period| period.to_string())),
            ("at", self.axis.at.map(|at| at.to_string())),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The frame of a page.
    pub(crate) fn frame(&self, place: Place, title: impl Into<String>) -> Frame {
        let (programme, question) = (self.programme(), self.question());
        let workspace = programme.workspace.as_ref();
        let rail = |id: &str| RailFramework { id: id.to_owned(), short: self.short(id) };
        let frame = Frame {
            organisation: workspace.map(|one| one.name.clone()).unwrap_or_default(),
            simulated: workspace.and_then(|one| one.simulated.clone()),
            person: programme.name_of(self.reader.person),
            csrf: self.reader.csrf.clone(),
            frameworks: self.frameworks().into_iter().map(|one| rail(one.id.as_str())).collect(),
            axis: self.axis,
            as_of: question.as_of.to_string(),
            as_of_words: day_words(question.as_of),
            from: question.period.map(|period| period.from().to_string()).unwrap_or_default(),
            to: question.period.map(|period| period.last().to_string()).unwrap_or_default(),
            period_words: question.period.map(span),
            judged_to: self.judged_to(),
            as_of_apart: question.through != question.as_of || self.judged_to().is_none(),
            made_from: self.made_from(),
            ..Frame::default()
        };
        frame.titled(place, title)
    }

    fn made_from(&self) -> MadeFrom {
        let checkpoint = self.checkpoint.as_ref();
        MadeFrom {
            at: self.programme().sequence,
            catalog: self.programme().catalog.map(|digest| digest.short()),
            checkpoint: checkpoint
                .map(|(size, root)| format!("{} {}", grouped(*size), root.get(..12).unwrap_or(root))),
            program: self.reader.state.workspace.app().program.clone(),
        }
    }
}
