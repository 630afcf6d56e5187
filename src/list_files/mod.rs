//! Files with lists that offices send in, whatever the lists are about.
//!
//! A kind of list declares its columns ([`ListColumn`]); the rest is the same for all of them: how a file is read ([`reader`]), which
//! row has the headings ([`header`]), or which two rows have ([`two_rows`]), what the cells of a row hold ([`cells`]), why a file or a row is not
//! taken ([`refusal`], [`rejection_code`]), the file of rejected rows that is mended and comes again ([`rejections`], [`origin`]), the template, and
//! the course of an import from the upload to its withdrawal ([`imports`]).
//!
//! Nothing is passed over without a word: every row that is not blank is handed on, and what of a file is not read is named in a
//! warning. No domain is known here: what a list means is decided by the room that imports it.

pub mod cells;
pub mod column;
pub mod date;
pub mod fault;
pub mod header;
pub mod hidden_rows;
pub mod imports;
pub mod items;
pub mod mangled;
pub mod no_record;
pub mod origin;
pub mod place;
pub mod placeholder;
pub mod reader;
pub mod refusal;
pub mod rejection_code;
pub mod rejection_columns;
pub mod rejections;
mod room;
pub mod settings;
pub mod template;
pub mod two_rows;
pub mod unheaded;
pub mod written;

pub use column::ListColumn;
pub use room::ROOM;
