//! How files of the zero-out list are read: by the reader of lists (`crate::list_files::reader`), with the columns of this list.

mod columns {
    mod tests;
}
mod tests;
