//! What a view hides can't be inferred from anything else, and one enterprise can't take what is there for all.

mod characters;
mod hidden;
mod imports;
mod quotas;
mod ties;
