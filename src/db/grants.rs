//! What the program's own role may do: the role that `serve` works as owns nothing. The tables belong to another role, which migrates.
//!
//! The rights are made of the rooms' declarations, in the transaction that replaces functions and views, so a new table has its rights
//! from the start. The service reads and writes rows; it can't make, change or drop anything, can't empty a table by TRUNCATE and can't
//! switch a trigger off. What a room declares less for (`Room::rights`) it can only read, or only add to: the audit, histories, keys.
//!
//! The published views work with the rights of whoever asks (`security_invoker`), so a view opens no way around a table's rights.
//! Identity columns need no right to their sequences; a back-up reads them. Foreign keys are checked by PostgreSQL as the owner.

use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

/// What the service may do with a table, where that is less than select, insert, update and delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Read its rows. They are made by what migrates.
    Read,
    /// Read its rows and add some: what was written stays as it was written.
    Append,
    /// Read its rows, add and change some, delete none.
    Keep,
    /// Read its rows, and change these columns of them.
    Change(&'static str),
}

impl Rights {
    fn words(this: Option<Self>) -> String {
        match this {
            None => "SELECT, INSERT, UPDATE, DELETE".to_owned(),
            Some(Self::Read) => "SELECT".to_owned(),
            Some(Self::Append) => "SELECT, INSERT".to_owned(),
            Some(Self::Keep) => "SELECT, INSERT, UPDATE".to_owned(),
            Some(Self::Change(columns)) => format!("SELECT, UPDATE ({columns})"),
        }
    }
}

/// A table with what is declared of it.
pub type TableRights = (&'static str, Option<Rights>);

/// The statements that give a role its rights, and no others than these.
pub fn statements(role: &str, tables: &[TableRights]) -> String {
    let role = quoted(role);
    let mut sql = format!(
        "REVOKE ALL ON ALL TABLES IN SCHEMA public, published FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role};
REVOKE ALL ON SCHEMA public, published FROM {role};
GRANT USAGE ON SCHEMA public, published TO {role};
DO $$
DECLARE
    v_view regclass;
BEGIN
    -- Since PostgreSQL 15 nobody else may; a database that was upgraded from before may still have it.
    IF EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a
               WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    FOR v_view IN
        SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'published'::regnamespace AND c.relkind = 'v'
    LOOP
        EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', v_view);
    END LOOP;
END $$;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA published TO {role};
GRANT SELECT ON __diesel_schema_migrations TO {role};
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
"
    );
    for (table, rights) in tables {
        // Writing to a String does not fail.
        let _ = writeln!(sql, "GRANT {} ON {} TO {role};", Rights::words(*rights), quoted(table));
    }
    sql
}

/// A name as SQL takes it, whatever it consists of.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// The role of a connection.
///
/// # Errors
/// When the database can't be asked.
pub fn role(conn: &mut PgConnection) -> QueryResult<String> {
    Ok(diesel::sql_query("SELECT current_user::text AS word").get_result::<Word>(conn)?.word)
}

/// The role that was given its rights last, where there is one beside the owner.
///
/// # Errors
/// When the database can't be asked.
pub fn granted(conn: &mut PgConnection) -> QueryResult<Option<String>> {
    let query = "SELECT a.grantee::regrole::text AS word FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'replaceable_schema'
            AND a.grantee <> 0 AND a.grantee <> c.relowner
            AND EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.grantee)
        LIMIT 1";
    let found = diesel::sql_query(query).get_result::<Word>(conn).optional()?;
    // What `regrole` quotes is quoted again where it is used.
    Ok(found.map(|row| row.word.trim_matches('"').replace("\"\"", "\"")))
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether the role of a connection can migrate: the tables are its own, or there are none yet.
///
/// # Errors
/// When the database can't be asked.
pub fn may_migrate(conn: &mut PgConnection) -> QueryResult<bool> {
    let query = "SELECT NOT EXISTS (
        SELECT FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'replaceable_schema'
            AND NOT pg_has_role(current_user, c.relowner, 'USAGE')) AS yes";
    Ok(diesel::sql_query(query).get_result::<Answer>(conn)?.yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_what_was_declared_and_names_are_quoted() {
        let tables = [
            ("chat_read", None),
            ("case_event", Some(Rights::Append)),
            ("region", Some(Rights::Read)),
            ("enterprise", Some(Rights::Keep)),
            ("audit_head", Some(Rights::Change("seq, hash, seal"))),
        ];
        let sql = statements("a\"b", &tables);
        let granted: Vec<_> =
            sql.lines().filter(|line| line.starts_with("GRANT") && line.contains(" ON \"")).collect();
        assert_eq!(
            granted,
            [
                r#"GRANT SELECT, INSERT, UPDATE, DELETE ON "chat_read" TO "a""b";"#,
                r#"GRANT SELECT, INSERT ON "case_event" TO "a""b";"#,
                r#"GRANT SELECT ON "region" TO "a""b";"#,
                r#"GRANT SELECT, INSERT, UPDATE ON "enterprise" TO "a""b";"#,
                r#"GRANT SELECT, UPDATE (seq, hash, seal) ON "audit_head" TO "a""b";"#,
            ]
        );
    }
}
