//! What can be wrong with a pack: content that somebody adds to a catalog.

use thiserror::Error;

/// What can be wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackFault {
    /// A name that makes no folder of a catalog.
    #[error(
        "`{0}` cannot name a pack; use up to 60 small letters, digits and hyphens, a letter or digit first"
    )]
    Name(String),
    /// A file of no kind that is read here.
    #[error(
        "is no pack; expected a folder laid out like a catalog, or a file that ends in .yaml, .json (an OSCAL catalog), .csv or .xlsx, also with .gz after it"
    )]
    Kind,
    /// More bytes than are read.
    #[error("has more than {0} MiB; split it, or add the parts as packs of their own")]
    TooLarge(u64),
    /// A single YAML file that is none of the three.
    #[error(
        "is neither a framework (key `requirements`), nor a family of controls (`family`), nor a crosswalk (`rows`); what is more than one file comes as a folder"
    )]
    Untold,
    /// No JSON.
    #[error("not readable as JSON: {0}")]
    Json(String),
    /// An OSCAL profile.
    #[error(
        "is an OSCAL profile, which only selects from catalogs that lie elsewhere; resolve it with an OSCAL tool, and add the resolved catalog"
    )]
    Profile,
    /// JSON that is another OSCAL document, or none.
    #[error("holds no OSCAL catalog; expected the key `catalog`, found {0}")]
    NoCatalog(String),
    /// A document nested without end.
    #[error("is nested deeper than {0} levels")]
    Deep(usize),
    /// No table.
    #[error("not readable as a spreadsheet: {0}")]
    Sheet(String),
    /// A table without the columns that a framework needs.
    #[error("has no row with the column heads `id` and `title`; {0}")]
    NoHead(String),
    /// A cell that must say something.
    #[error("the row has no `{0}`")]
    NoCell(&'static str),
    /// A cell that a spreadsheet program took for a date.
    #[error("is a date, where an identifier was meant; format the column as text and write it again")]
    Date,
    /// A cell with none of the words of its column.
    #[error("`{0}` says neither yes nor no")]
    YesNo(String),
    /// Nothing in it.
    #[error("holds no requirement")]
    Nothing,
    /// A node that is its own ancestor.
    #[error("`{0}` stands above itself; correct its parent or that of a node in between")]
    Circle(String),
    /// A framework whose name would be taken apart.
    #[error("`{0}` has a colon, which parts a framework from its codes; choose a name without")]
    Colon(String),
    /// A path of the catalog itself with other content.
    #[error("the catalog has this file with other content; `--replace` puts the pack's in its place")]
    Shipped,
    /// A path of the pack as it is in the catalog, with other content.
    #[error("pack `{0}` is there with other content; `--replace` puts the new one in its place")]
    Changed(String),
    /// A path that another pack brings.
    #[error("pack `{0}` brings this file already; rename one of the two, or take that pack out")]
    Taken(String),
    /// A pack that is not there.
    #[error("there is no pack `{id}`{}", super::nearest_words(.nearest))]
    NoPack {
        /// Its name.
        id: String,
        /// Names that look alike.
        nearest: Vec<String>,
    },
}
