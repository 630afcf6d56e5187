//! The search over everything: each kind of things that the rooms declare, by the domain that it belongs to.

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::problem::FieldError;
use crate::core::search::{LONGEST, SearchTerms};
use crate::core::{Language, Problem, Text};
use crate::web::global_search::{Findings, GlobalSearchSource, Hit};
use crate::web::room::Room;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The search terms.
    pub typed: SearchTerms,
    /// One kind of things alone.
    pub kind: Option<String>,
    /// How many of each kind, and of one kind also from where on.
    pub slice: Slice,
}

/// What was found of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SearchGroup)]
pub struct Group {
    /// The kind.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What fits best, the best first.
    pub items: Vec<Hit>,
    /// `cursor` for the next ones, to be given with this kind; absent where these are the last.
    pub next_cursor: Option<String>,
    /// Whether only the newest were looked through, because very many had to be.
    pub partial: bool,
}

/// The kinds that a role may look for, in the order of the rooms.
pub fn sources(rooms: &'static [&'static Room], actor: &Actor) -> Vec<&'static GlobalSearchSource> {
    let role = actor.person().map(|person| person.scope.role());
    let all = rooms.iter().flat_map(|room| room.global_search);
    all.filter(|source| role.is_some_and(|role| source.roles.contains(&role))).collect()
}

impl Asked {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// 422 naming `q`, `kind`, `limit` or `cursor`.
    pub fn parse(
        q: Option<&str>,
        kind: Option<&str>,
        limit: Option<&str>,
        cursor: Option<&str>,
        kinds: &[&'static GlobalSearchSource],
    ) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut fault = |name: &str, zh: &'static str, en: &'static str| {
            errors.push(FieldError::query(name, Text::new(zh, en)))
        };
        let typed = SearchTerms::of(q);
        match &typed {
            None => fault("q", "请填写要查找的内容", "says nothing to look for"),
            Some(typed) if typed.words().is_empty() => {
                fault("q", "须含有文字、字母或数字", "must have a letter, a digit or a character of writing");
            }
            Some(_) if q.is_some_and(|q| q.chars().count() > LONGEST) => {
                fault("q", "过长，最多 400 个字符", "is too long: 400 characters at most");
            }
            Some(_) => {}
        }
        if kind.is_some_and(|kind| !kinds.iter().any(|source| source.kind == kind)) {
            fault("kind", "不是可查找的种类", "is no kind of things that you can look for");
        }
        if kind.is_none() && cursor.is_some_and(|cursor| !cursor.is_empty()) {
            fault("cursor", "须与 kind 一并给出", "must go with kind");
        }
        Problem::unless_empty(errors)?;
        let slice = Slice::parse(Some(limit.unwrap_or(if kind.is_some() { "30" } else { "5" })), cursor)?;
        let typed = typed.ok_or_else(Problem::not_found)?;
        Ok(Self { typed, kind: kind.map(str::to_owned), slice })
    }

    /// Looks for it, kind by kind.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn find(
        &self,
        app: &App,
        conn: &mut PgConnection,
        actor: &Actor,
        language: Language,
        kinds: &[&'static GlobalSearchSource],
    ) -> Result<Vec<Group>, Problem> {
        let wanted =
            |source: &&&GlobalSearchSource| self.kind.as_deref().is_none_or(|kind| kind == source.kind);
        let group = |source: &&GlobalSearchSource| {
            let found = (source.find)(app, conn, actor, &self.typed, self.slice, language)?;
            Ok(Group::of(source, language, found))
        };
        kinds.iter().filter(wanted).map(group).collect()
    }
}

impl Group {
    fn of(source: &GlobalSearchSource, language: Language, found: Findings) -> Self {
        let name = if language == Language::Zh { source.zh } else { source.en };
        let Findings { items, next_cursor, partial } = found;
        Self { kind: source.kind, name, items, next_cursor, partial }
    }
}
