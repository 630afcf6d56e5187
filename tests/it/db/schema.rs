//! `src/db/schema.rs` agrees with the database.

use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::migrations::{created, lines, root};
use crate::support::Database;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    relname: String,
    #[diesel(sql_type = Text)]
    attname: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    nullable: bool,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    key: i32,
}

const COLUMNS: &str = "
    SELECT c.relname::text, a.attname::text, t.typname::text AS kind, NOT a.attnotnull AS nullable,
           coalesce(array_position(k.conkey, a.attnum), 0) AS key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '__diesel_schema_migrations'
    ORDER BY c.relname COLLATE \"C\", a.attnum";

/// Foreign keys of one column to another table, where only one leads there: diesel can't join by
/// several.
const JOINS: &str = "
    SELECT format('diesel::joinable!(%s -> %s (%s));', child, parent, min(column_name)) AS line FROM (
        SELECT k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent,
               cardinality(k.conkey) AS width, a.attname::text AS column_name
        FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid
    ) AS keys
    GROUP BY child, parent HAVING count(*) = 1 AND min(width) = 1
    ORDER BY child COLLATE \"C\", parent COLLATE \"C\"";

/// The name that diesel has for a type; types that the schema does not use yet are to be added here.
fn diesel_type(column: &Column) -> String {
    let (array, name) = match column.kind.strip_prefix('_') {
        Some(name) => (true, name),
        None => (false, column.kind.as_str()),
    };
    let name = match name {
        "uuid" => "Uuid",
        "text" => "Text",
        "bool" => "Bool",
        "int4" => "Int4",
        "int8" => "Int8",
        "float8" => "Float8",
        "date" => "Date",
        "timestamptz" => "Timestamptz",
        "bytea" => "Bytea",
        "jsonb" => "Jsonb",
        other => panic!("{}.{} is a {other}", column.relname, column.attname),
    };
    let name = if array { format!("Array<{name}>") } else { name.to_owned() };
    if column.nullable { format!("Nullable<{name}>") } else { name }
}

fn schema(conn: &mut PgConnection) -> String {
    let columns: Vec<Column> = diesel::sql_query(COLUMNS).load(conn).unwrap();
    let mut text =
        "//! The tables as diesel knows them. Generated from the database by the test `schema_is_current`\n\
        //! (set `UPDATE_SCHEMA=1` to write it anew); not edited by hand.\n\n"
            .to_owned();
    for of_table in columns.chunk_by(|a, b| a.relname == b.relname) {
        let name = &of_table[0].relname;
        let mut key: Vec<_> = of_table.iter().filter(|c| c.key > 0).collect();
        key.sort_by_key(|c| c.key);
        let key: Vec<_> = key.iter().map(|c| c.attname.as_str()).collect();
        let _ = writeln!(text, "diesel::table! {{\n    {name} ({}) {{", key.join(", "));
        for column in of_table {
            let _ = writeln!(text, "        {} -> {},", column.attname, diesel_type(column));
        }
        text += "    }\n}\n\n";
    }
    for line in lines(conn, JOINS) {
        let _ = writeln!(text, "{line}");
    }
    text += "\n";
    let reference = reference();
    for room in zerodesk::ROOMS {
        let own: Vec<&str> = room.tables.iter().copied().filter(|table| !reference.contains(table)).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "own!({});", own.join(", "));
        }
    }
    text
}

/// The tables of the reference data, which every domain may read.
fn reference() -> BTreeSet<&'static str> {
    let owner = zerodesk::ROOMS.iter().find(|room| room.tables.contains(&"region")).unwrap();
    owner.tables.iter().copied().collect()
}

/// Compares a generated file with its expected text, or writes it.
fn is_current(file: &str, wanted: &str) {
    let path = root().join(file);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    let differs = found.lines().zip(wanted.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(
        found == wanted,
        "{file} is not what the database says; UPDATE_SCHEMA=1 writes it. First: {differs:?}"
    );
}

/// Columns of published views; of one that is named as a table, nullable and in the key as in the table.
const PUBLISHED: &str = "
    SELECT c.relname::text, a.attname::text, t.typname::text AS kind, NOT coalesce(b.attnotnull, false) AS nullable,
           coalesce(array_position(k.conkey, b.attnum), 0) AS key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_class o ON o.relname = c.relname AND o.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attribute b ON b.attrelid = o.oid AND b.attname = a.attname
    LEFT JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'p'
    WHERE c.relkind = 'v' AND c.relnamespace = 'published'::regnamespace
    ORDER BY c.relname COLLATE \"C\", a.attnum";

/// The same of foreign keys as [`JOINS`], in parts.
const PARTS: &str = "
    SELECT concat_ws(' ', child, parent, min(column_name)) AS line FROM (
        SELECT k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent,
               cardinality(k.conkey) AS width, a.attname::text AS column_name
        FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid
    ) AS keys
    GROUP BY child, parent HAVING count(*) = 1 AND min(width) = 1
    ORDER BY child COLLATE \"C\", parent COLLATE \"C\"";

/// Views that are not named as a table: the key, and how many columns at the beginning are never NULL.
const MADE_FOR_OTHERS: [(&str, &[&str], usize); 13] = [
    ("action_deadline", &["case_id", "clock"], 7),
    ("application_file", &["id"], 2),
    ("case_deadline", &["case_id", "clock"], 6),
    ("chat_kept", &["consultation_id", "stream"], 3),
    ("consultation_reader", &["consultation_id", "account_id"], 4),
    ("conversation_file", &["id"], 3),
    ("follow_up_result", &["id"], 1),
    ("interviewed", &["oversight_id"], 3),
    ("nonconformity_ever", &["id"], 8),
    ("open_nonconformity", &["id"], 6),
    ("outreach_result", &["id"], 1),
    ("remediation_case_ever", &["id"], 6),
    ("running_case", &["id"], 3),
];

/// The owner of each table and of each published view, as its place in the order of domains.
fn owners() -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut tables, mut views) = (BTreeMap::new(), BTreeMap::new());
    for (place, room) in zerodesk::ROOMS.iter().enumerate() {
        tables.extend(room.tables.iter().map(|table| ((*table).to_owned(), place)));
        let names = created(room.functions, "view").into_iter();
        views.extend(names.map(|view| (view.trim_start_matches("published.").to_owned(), place)));
    }
    (tables, views)
}

fn published(conn: &mut PgConnection) -> String {
    let mut columns: Vec<Column> = diesel::sql_query(PUBLISHED).load(conn).unwrap();
    let mut text = "//! The views of the schema `published` as diesel knows them: what domains let others read of their tables. Each is\n\
                    //! defined in its owner's `functions.sql`.\n\n"
        .to_owned();
    let mut defined = String::new();
    let mut of_view: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for of in columns.chunk_by_mut(|a, b| a.relname == b.relname) {
        let name = of[0].relname.clone();
        if let Some((_, key, present)) = MADE_FOR_OTHERS.iter().find(|(view, ..)| *view == name) {
            for (place, column) in of.iter_mut().enumerate() {
                column.nullable = place >= *present;
                let at = key.iter().position(|word| *word == column.attname);
                column.key = at.map_or(0, |at| i32::try_from(at).unwrap() + 1);
            }
        }
        let mut key: Vec<_> = of.iter().filter(|c| c.key > 0).collect();
        key.sort_by_key(|c| c.key);
        assert!(!key.is_empty(), "{name} shows no key");
        let key: Vec<_> = key.iter().map(|c| c.attname.as_str()).collect();
        let _ = writeln!(defined, "diesel::table! {{\n    published.{name} ({}) {{", key.join(", "));
        for column in of.iter() {
            let _ = writeln!(defined, "        {} -> {},", column.attname, diesel_type(column));
        }
        defined += "    }\n}\n\n";
        of_view.insert(name, of.iter().map(|c| c.attname.clone()).collect());
    }
    let (tables, views) = owners();
    let catalogue = tables["region"];
    // Whether a query may have both: a table of the reader, or of the reference data, beside a view of an owner below it.
    let beside = |table: &str, view: &str| {
        tables[table] == catalogue || tables[table] > views[view] && views[view] != tables["audit_entry"]
    };
    let as_word = |table: &str| {
        if of_view.contains_key(table) { format!("own_{table}") } else { table.to_owned() }
    };
    let mut joins = String::new();
    let mut used: BTreeSet<String> = reference().into_iter().map(as_word).collect();
    for line in lines(conn, PARTS) {
        let parts: Vec<&str> = line.split(' ').collect();
        let (child, parent, column) = (parts[0], parts[1], parts[2]);
        if of_view.get(child).is_some_and(|columns| columns.contains(column))
            && (of_view.contains_key(parent) || tables[parent] == catalogue)
        {
            let _ = writeln!(joins, "diesel::joinable!({child} -> {parent} ({column}));");
        }
        if of_view.contains_key(parent) && beside(child, parent) {
            used.insert(as_word(child));
            let _ = writeln!(joins, "diesel::joinable!({} -> {parent} ({column}));", as_word(child));
        }
    }
    text += "use super::{\n";
    for word in &used {
        let table = word.strip_prefix("own_").unwrap_or(word);
        let _ = writeln!(
            text,
            "    {},",
            if word == table { word.clone() } else { format!("{table} as {word}") }
        );
    }
    text += "};\n\n";
    text += &defined;
    text += &joins;
    text += "\nfor_all!(\n";
    for table in reference() {
        let _ = writeln!(text, "    {},", as_word(table));
    }
    for view in of_view.keys() {
        let _ = writeln!(text, "    {view},");
    }
    text + ");\n"
}

#[test]
fn schema_is_current() {
    let database = Database::new();
    let conn = &mut database.connect();
    let (mut text, views) = (schema(conn), published(conn));
    text += "\npub mod published {\n";
    for line in views.lines() {
        let _ = writeln!(text, "{}{line}", if line.is_empty() { "" } else { "    " });
    }
    text += "}\n";
    is_current("src/db/schema.rs", &text);
}
