//! What pages are made of: marks, strips, maps, charts, the frame around them. Plain values that render
//! themselves; nothing here asks the programme.

pub use chart::{IntervalChart, IntervalRow, Reference};
pub use frame::{Crumb, Frame, MadeFrom, Note, Place, RailFramework};
pub use map::{Map, MapCell, MapGroup};
pub use mark::{Glyph, Mark, Shape};
pub use moment::Moment;
pub use relation::RelationMark;
pub use stack::Stack;
pub use strip::{CellShape, Months, Strip, StripCell};
pub use timeline::{Timeline, TimelineBar, TimelineRow};

mod chart;
mod frame;
mod map;
mod mark;
mod moment;
mod relation;
mod stack;
mod strip;
mod timeline;
pub mod words;
