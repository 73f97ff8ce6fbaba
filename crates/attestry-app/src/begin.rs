//! A workspace begun: the organisation, its first owner, the frameworks in scope.

use attestry_domain::catalog::Catalog;
use attestry_domain::command::{AddPerson, Command, CreateWorkspace};
use attestry_domain::event::{Actor, FrameworkAdopted};
use attestry_domain::id::{PersonId, WorkspaceId};
use attestry_domain::role::Role;
use attestry_domain::time;

use crate::{App, AppError, Workspace};

/// What a programme begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The organisation's name.
    pub name: String,
    /// The time zone of its calendar, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The first owner's name.
    pub owner_name: String,
    /// The first owner's e-mail address.
    pub owner_email: String,
    /// Frameworks to adopt.
    pub frameworks: Vec<FrameworkAdopted>,
}

impl App {
    /// Whether a workspace of that name has begun.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_begun(&self, slug: &str) -> Result<bool, AppError> {
        Ok(match self.store.lookup_workspace(slug).await? {
            Some(found) => self.store.head(found.id).await? > 0,
            None => false,
        })
    }

    /// Makes a workspace and takes its frameworks into scope; the first owner comes with it.
    ///
    /// # Errors
    /// When there is one of that name, or what was given does not fit; then nothing was written.
    pub async fn begin(&self, slug: &str, wanted: Beginning) -> Result<(Workspace, PersonId), AppError> {
        check(&self.catalog, &wanted)?;
        let person = PersonId::new(self.ulid());
        let Beginning { name, time_zone, owner_name, owner_email, frameworks } = wanted;
        let owner = AddPerson { person, name: owner_name, email: owner_email, roles: vec![Role::Owner] };
        let workspace = WorkspaceId::new(self.ulid());
        let create = CreateWorkspace { workspace, name, time_zone, simulated: None, owner };
        let workspace = self.create(slug, create).await?;
        let sender = workspace.sender(Actor::Person(person));
        for framework in frameworks {
            sender.send(Command::AdoptFramework(framework)).await?;
        }
        Ok((workspace, person))
    }
}

/// What would be refused halfway is refused before anything is made.
fn check(catalog: &Catalog, wanted: &Beginning) -> Result<(), AppError> {
    time::zone(&wanted.time_zone).map_err(|error| AppError::Input(error.to_string()))?;
    for adopted in &wanted.frameworks {
        let Some(framework) = catalog.frameworks.get(&adopted.framework) else {
            let (kind, id) = ("framework", adopted.framework.to_string());
            return Err(AppError::NotFound { kind, id, near: names(catalog.frameworks.keys()) });
        };
        let categories = || framework.categories.iter().map(|one| &one.id);
        if let Some(unknown) = adopted.categories.iter().find(|id| !categories().any(|one| one == *id)) {
            let (kind, id) = ("category", format!("{}:{unknown}", framework.id));
            return Err(AppError::NotFound { kind, id, near: names(categories()) });
        }
    }
    Ok(())
}

fn names<T: ToString>(names: impl Iterator<Item = T>) -> Vec<String> {
    names.map(|name| name.to_string()).collect()
}
