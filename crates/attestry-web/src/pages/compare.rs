//! Frameworks side by side: what each is, which topics it covers, what people ask about them.

use askama::Template;
use attestry_domain::catalog::{FrameworkKind, Topic};
use attestry_domain::compare::{Comparison, Covered, Extent, ExtentWord, Pair, compare};
use attestry_domain::id::{ControlId, FrameworkId};
use axum::response::Response;

use crate::context::Context;
use crate::pages::links::{self, ControlLink, FrameworkLink, RequirementLink};
use crate::pages::overlap;
use crate::pages::relevance::{self, CategoryRelevance};
use crate::pages::rows::Count;
use crate::pages::scheme::SchemeFacts;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::listed;
use crate::view::{Frame, Mark, Moment, Place, Shape};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "compare.html")]
pub struct ComparePage {
    /// Around it.
    pub frame: Frame,
    /// The axis as fields of the form.
    pub hidden: Vec<(&'static str, String)>,
    /// Every framework, and whether it is chosen.
    pub choices: Vec<(FrameworkLink, bool)>,
    /// The chosen ones, one a column.
    pub sides: Vec<SideColumn>,
    /// What each is.
    pub facts: Vec<FactRow>,
    /// Where the facts are from, with the day they were looked up.
    pub sources: Vec<(String, Moment)>,
    /// The topics.
    pub topics: Vec<TopicRow>,
    /// What people ask about two of them.
    pub pairs: Vec<PairAnswers>,
    /// How relevant the categories are to AI, where one of the chosen has categories.
    pub relevance: Vec<CategoryRelevance>,
}

/// What each framework is in one respect: the name of the fact, one text a column.
pub type FactRow = (String, Vec<String>);

/// A framework as a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideColumn {
    /// The framework.
    pub framework: FrameworkLink,
    /// Requirements that are assessed.
    pub assessable: usize,
    /// Controls that its whole scope needs.
    pub needs: usize,
}

/// A topic over the frameworks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicRow {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// What belongs to it.
    pub about: String,
    /// How far each framework goes, one a column.
    pub extents: Vec<Mark>,
    /// Its controls.
    pub controls: Vec<TopicControl>,
}

/// A control of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicControl {
    /// The control.
    pub control: ControlLink,
    /// The requirements that it is key for, one list a column.
    pub key_for: Vec<Vec<RequirementLink>>,
}

/// What people ask about two frameworks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairAnswers {
    /// What people call the two.
    pub title: String,
    /// Question and answer.
    pub answers: Vec<(&'static str, String)>,
    /// Rows of their crosswalk by relation.
    pub relations: Vec<Count>,
    /// What each gives towards the other.
    pub towards: Vec<Count>,
}

impl ComparePage {
    /// What people call the framework of a column.
    fn head(&self, column: &usize) -> &str {
        self.sides.get(*column).map_or("", |side| side.framework.short.as_str())
    }
}

/// The page of the chosen frameworks; of those that an auditor concludes on when none is chosen.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let asked: Vec<(String, String)> = context.reader.query()?;
    let with = asked.iter().filter(|(name, _)| name == "with").flat_map(|(_, value)| value.split(','));
    let named: Vec<&str> = with.map(str::trim).filter(|id| !id.is_empty()).collect();
    let chosen = chosen(&context, &named)?;
    let found = compare(context.catalog(), &chosen);
    let names: Vec<&str> = found.frameworks.iter().map(|side| side.short).collect();
    let title = if names.is_empty() { "Side by side".to_owned() } else { listed(&names) };
    let with: Vec<&str> = chosen.iter().map(FrameworkId::as_str).collect();
    let choice = |one: &attestry_domain::catalog::Framework| {
        (links::framework(&context, one.id.as_str()), chosen.contains(&one.id))
    };
    let (facts, sources) = facts(&found);
    page(&ComparePage {
        frame: context
            .frame(Place::Overlap, title)
            .under("Overlap", context.axis.link("/overlap"))
            .keeping(vec![("with".to_owned(), with.join(","))]),
        hidden: context.hidden(),
        choices: context.known_frameworks().into_iter().map(choice).collect(),
        sides: found.frameworks.iter().map(|side| column(&context, side)).collect(),
        facts,
        sources,
        topics: found.topics.iter().map(|one| topic(&context, one, &chosen)).collect(),
        pairs: found.pairs.iter().map(|one| pair(&context, one)).collect(),
        relevance: chosen.iter().filter_map(|id| relevance::of(&context, id)).collect(),
    })
}

fn chosen(context: &Context, named: &[&str]) -> Result<Vec<FrameworkId>, Problem> {
    let names = || context.catalog().frameworks.keys().map(ToString::to_string).collect();
    let find = |id: &&str| {
        let known = context.framework(id).ok_or_else(|| Problem::unknown("framework", id, names()))?;
        Ok(known.id.clone())
    };
    if !named.is_empty() {
        let mut found = named.iter().map(find).collect::<Result<Vec<FrameworkId>, Problem>>()?;
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|id| seen.insert(id.clone()));
        return Ok(found);
    }
    let concluded = |kind| matches!(kind, FrameworkKind::Attestation | FrameworkKind::Certification);
    let known = context.known_frameworks().into_iter().filter(|one| concluded(one.kind));
    Ok(known.map(|one| one.id.clone()).collect())
}

fn column(context: &Context, side: &attestry_domain::compare::Side<'_>) -> SideColumn {
    SideColumn {
        framework: links::framework(context, side.id.as_str()),
        assessable: side.assessable,
        needs: side.needs,
    }
}

/// The facts of all schemes, one row a name, and their sources.
fn facts(found: &Comparison<'_>) -> (Vec<FactRow>, Vec<(String, Moment)>) {
    let schemes: Vec<Option<SchemeFacts>> =
        found.frameworks.iter().map(|side| side.scheme.map(SchemeFacts::from)).collect();
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in schemes.iter().flatten().flat_map(|scheme| &scheme.facts) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let text = |scheme: &Option<SchemeFacts>, name: &str| {
        let facts = scheme.iter().flat_map(|scheme| &scheme.facts);
        facts.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let rows = names
        .iter()
        .map(|name| ((*name).to_owned(), schemes.iter().map(|scheme| text(scheme, name)).collect()));
    let mut sources: Vec<(String, Moment)> = Vec::new();
    for source in schemes.iter().flatten().flat_map(|scheme| &scheme.sources) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    (rows.collect(), sources)
}

fn topic(context: &Context, one: &Covered<'_>, chosen: &[FrameworkId]) -> TopicRow {
    let Topic { id, title, about, controls } = one.topic;
    let control = |id: &ControlId| TopicControl {
        control: links::control(context, id),
        key_for: chosen.iter().map(|framework| key_for(context, id, framework)).collect(),
    };
    TopicRow {
        id: id.clone(),
        title: title.clone(),
        about: about.clone(),
        extents: one.extents.iter().map(extent).collect(),
        controls: controls.iter().map(control).collect(),
    }
}

fn extent(extent: &Extent) -> Mark {
    let shape = match extent.word {
        ExtentWord::Covers => Shape::Full,
        ExtentWord::Partly => Shape::Half,
        ExtentWord::Misses => Shape::Bar,
    };
    Mark::new(shape, format!("{}, {} of {}", extent.word.as_str(), extent.needed, extent.of))
}

/// The requirements of a framework that a control is key for.
fn key_for(context: &Context, control: &ControlId, framework: &FrameworkId) -> Vec<RequirementLink> {
    let mappings = context.catalog().controls.get(control).map_or(&[][..], |one| &one.mappings);
    let key = mappings.iter().filter(|one| one.kind.is_key());
    let inside = key.filter(|one| one.requirement.framework() == framework.as_str());
    inside.map(|one| links::requirement(context, &one.requirement)).collect()
}

fn pair(context: &Context, one: &Pair<'_>) -> PairAnswers {
    let id = context.catalog().crosswalk(one.from, one.to).map(|found| found.id.clone()).unwrap_or_default();
    let some = one.relations.iter().filter(|(_, n)| *n > 0);
    let (from, to) = (one.from.as_str(), one.to.as_str());
    let towards = |have: &str, want: &str| Count {
        words: format!("{} towards {}", context.short(have), context.short(want)),
        href: context.axis.link(&overlap::path(&[have], want)),
    };
    let answers = one.answers.map(|answers| {
        vec![
            ("Is it the same thing?", answers.same.clone()),
            ("Do I need both?", answers.both.clone()),
            ("Which one first?", answers.first.clone()),
        ]
    });
    PairAnswers {
        title: format!("{} and {}", context.short(from), context.short(to)),
        answers: answers.unwrap_or_default(),
        relations: some
            .map(|(relation, n)| Count {
                words: format!("{n} {}", relation.words()),
                href: context.axis.crosswalk_of(&id, relation.as_str()),
            })
            .collect(),
        towards: vec![towards(from, to), towards(to, from)],
    }
}
