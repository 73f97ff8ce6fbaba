//! What is had gives towards what is wanted: reuse, extend, new; of frameworks in general, or of a programme today.

use std::collections::BTreeSet;
use std::process::ExitCode;

use attestry_app::overlap::{Asked, Towards, towards};
use attestry_app::readiness::Status;
use attestry_domain::catalog::Catalog;
use attestry_domain::id::{ControlId, FrameworkId, RequirementId};
use attestry_domain::overlap::{Closing, Overlap, Wish, closing, overlap};
use attestry_domain::time::Day;
use serde_json::{Value, json};

use crate::args::{self, Place, View};
use crate::home;
use crate::ui::{Fault, Out};
use crate::verb::Done;
use scope::Scopes;

mod matrix;
mod page;
mod scope;

/// An answer for one framework that is wanted.
struct Answer<'a> {
    catalog: &'a Catalog,
    have: Scopes,
    overlap: Overlap<'a>,
    closing: Vec<Closing>,
    today: Option<Today>,
}

/// What a programme adds to an answer.
struct Today {
    at: u64,
    as_of: Day,
    met: BTreeSet<RequirementId>,
    excluded: BTreeSet<RequirementId>,
    there: BTreeSet<ControlId>,
}

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: args::Overlap) -> Done {
    if args.programme {
        let workspace = home::workspace(place).await?;
        let status = workspace.status(home::axis(view, None)).await?;
        return of_programme(out, &args, &status);
    }
    if view.at.is_some() || view.as_of.is_some() {
        let fault = Fault::wrong("what frameworks have in common does not depend on --at and --as-of");
        return Err(fault.help("leave them out, or ask for the programme with --programme"));
    }
    let catalog = super::catalog::built_in()?;
    let have = scope::scopes(&catalog, &args.have)?;
    let ai_in_scope = !args.without_ai_in_scope;
    let Some((want, categories)) = scope::wanted(&catalog, args.want.as_deref(), &have)? else {
        return matrix::run(out, &catalog, &matrix::Rows::of(&catalog, have), None, ai_in_scope);
    };
    if have.is_empty() {
        return matrix::run(out, &catalog, &matrix::Rows::of(&catalog, have), Some(&want), ai_in_scope);
    }
    let wish = Wish { have: have.clone(), met: None, want, categories, ai_in_scope };
    let found = overlap(&catalog, &wish);
    let closing = closing(&catalog, &found, &BTreeSet::new());
    Answer { catalog: &catalog, have, overlap: found, closing, today: None }.show(out)
}

fn of_programme(out: Out, args: &args::Overlap, status: &Status) -> Done {
    let (catalog, programme) = (&*status.snapshot.catalog, &status.snapshot.programme);
    let have: BTreeSet<FrameworkId> = scope::scopes(catalog, &args.have)?.into_keys().collect();
    let adopted = programme.adopted();
    if let Some(stranger) = have.iter().find(|one| !adopted.contains(one)) {
        let known: Vec<&str> = adopted.iter().map(FrameworkId::as_str).collect();
        let fault = Fault::wrong(format!("`{stranger}` is not in the programme's scope"));
        return Err(fault.help(format!("in scope: {}", known.join(", "))));
    }
    if adopted.is_empty() {
        let fault = Fault::wrong("no framework is in the programme's scope");
        return Err(fault.help("adopt one with `attestry apply`"));
    }
    let ai_in_scope = !args.without_ai_in_scope;
    let Some((want, categories)) = scope::wanted(catalog, args.want.as_deref(), &Scopes::new())? else {
        let rows = matrix::Rows::programme(status, &have);
        return matrix::run(out, catalog, &rows, None, ai_in_scope);
    };
    if have.contains(&want) {
        return Err(scope::both(&want));
    }
    let asked = Asked { have, want, categories, ai_in_scope };
    let Towards { have, overlap, closing, met, excluded, there } = towards(status, &asked);
    let scope = |id: &FrameworkId| -> BTreeSet<String> {
        let adoption = programme.frameworks.get(id);
        adoption.map(|one| one.categories.iter().cloned().collect()).unwrap_or_default()
    };
    let (at, as_of) = (status.readiness.at, status.readiness.question.as_of);
    let have = have.into_iter().map(|id| (id.clone(), scope(&id))).collect();
    let today = Some(Today { at, as_of, met, excluded, there });
    Answer { catalog, have, overlap, closing, today }.show(out)
}

impl Answer<'_> {
    fn show(&self, out: Out) -> Done {
        out.show(&self.document(), |page| self.print(page))?;
        Ok(ExitCode::SUCCESS)
    }

    fn document(&self) -> Value {
        let mut document = json!(self.overlap);
        let items = self.overlap.items.iter().map(|item| {
            let mut value = json!(item);
            set(&mut value, "title", json!(self.title(&item.requirement)));
            if let Some(today) = &self.today {
                set(&mut value, "met", json!(today.met.contains(&item.requirement)));
            }
            value
        });
        set(&mut document, "items", items.collect());
        let closing = self.closing.iter().map(|one| {
            let mut value = json!(one);
            let control = self.catalog.controls.get(&one.control);
            set(&mut value, "title", json!(control.map(|control| &control.title)));
            value
        });
        set(&mut document, "closing", closing.collect());
        set(&mut document, "have", json!(self.have));
        let today = self.today.as_ref().map(|today| {
            json!({
                "at": today.at,
                "as_of": today.as_of,
                "met": today.met,
                "excluded": today.excluded,
                "there": today.there,
            })
        });
        set(&mut document, "programme", json!(today));
        document
    }

    fn title(&self, id: &RequirementId) -> &str {
        self.catalog.requirements.get(id).map_or("", |one| one.title.as_str())
    }

    fn is_met(&self, id: &RequirementId) -> bool {
        self.today.as_ref().is_some_and(|today| today.met.contains(id))
    }

    fn is_there(&self, id: &ControlId) -> bool {
        self.today.as_ref().is_some_and(|today| today.there.contains(id))
    }
}

fn set(document: &mut Value, key: &str, value: Value) {
    if let Some(document) = document.as_object_mut() {
        document.insert(key.to_owned(), value);
    }
}
