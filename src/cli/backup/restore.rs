//! `restore`: a back-up into an empty place, proved by its sums, its counts and the chains of the audit.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::layout::{DUMP, Folder, LIST, MANIFEST, bar};
use super::manifest::Manifest;
use super::postgres::{self, Client};
use super::{copy, snapshot};
use crate::attachments::Files;
use crate::audit::verify::{heads, verify};
use crate::cli::{CliError, open};
use crate::db::embedded::PrivateCluster;
use crate::db::{chain, migrate};
use crate::settings::Settings;

/// Restores a back-up into the configured place, which must be empty.
///
/// # Errors
/// When the back-up is damaged, foreign or of a later version, when the place is not empty, or when what was restored is not what was
/// backed up.
pub fn restore(settings: Settings, Folder { dir }: Folder) -> Result<(), CliError> {
    let manifest = Manifest::read(&dir.join(MANIFEST))?;
    refuse_later(&manifest)?;
    manifest.dump.check(&dir.join(DUMP))?;
    manifest.files.check(&dir.join(LIST))?;
    let checking = bar("checking {pos} files", 0)?;
    let files = copy::listed(&dir, &checking)?;
    checking.finish_and_clear();
    println!("the back-up of {} is as it was written", manifest.taken_at);

    let opened = open::addresses(&settings, PrivateCluster::start)?;
    let url = opened.strongest();
    let mut conn = postgres::connect(url)?;
    let store = Files::open(&settings)?;
    refuse_full(&mut conn, &store)?;
    let client = Client::of(&settings, &mut conn)?;
    if client.major() < manifest.postgres {
        return Err(CliError::Other(format!(
            "the back-up is of PostgreSQL {}, and this is the older version {}; install the later one",
            manifest.postgres,
            client.major()
        )));
    }
    let drawn = bar("database {bar:40} {pos}/{len} tables", manifest.counts.len() as u64)?;
    client.restore(url, &dir.join(DUMP), &drawn)?;
    drawn.finish_and_clear();
    let total = files.iter().map(|file| file.size.unsigned_abs()).sum();
    let drawn = bar("files {bar:40} {bytes}/{total_bytes}  {eta}", total)?;
    copy::back(&store, &dir, &files, &drawn)?;
    drawn.finish_and_clear();
    let rows = prove(&mut conn, &settings, &manifest)?;
    // Made again with the rights of the roles of this place.
    migrate::drop_functions(&mut conn)?;
    drop(conn);
    let open::Opened { cluster, app, .. } = open::with(settings, |_| Ok(opened))?;
    drop(app);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    println!(
        "restored: {} rows in {} tables, {} files; the audit's {rows} rows are as they were written",
        manifest.rows(),
        manifest.counts.len(),
        files.len()
    );
    Ok(())
}

fn refuse_later(manifest: &Manifest) -> Result<(), CliError> {
    let known: BTreeSet<String> = migrate::known()?.into_iter().collect();
    match manifest.migrations.iter().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => Err(CliError::Other(format!(
            "the back-up is of a later version of the program: it has the migration {name}, which this one does not know; restore it \
             with the version that made it"
        ))),
    }
}

fn refuse_full(conn: &mut PgConnection, store: &Files) -> Result<(), CliError> {
    if !snapshot::counts(conn)?.is_empty() {
        return Err(CliError::Other(
            "the database is not empty: a back-up is restored into an empty one, or into a new data folder"
                .to_owned(),
        ));
    }
    if !copy::is_empty(store)? {
        return Err(CliError::Other(
            "the store of attachments is not empty: a back-up is restored into an empty folder or bucket"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Holds what was restored against what was backed up. Gives the rows of the audit.
fn prove(conn: &mut PgConnection, settings: &Settings, manifest: &Manifest) -> Result<u64, CliError> {
    let counts = snapshot::counts(conn)?;
    if counts != manifest.counts {
        let differ: Vec<_> = manifest
            .counts
            .iter()
            .filter(|(table, n)| counts.get(*table) != Some(n))
            .map(|(table, n)| {
                format!("{table}: {n} backed up, {} here", counts.get(table).copied().unwrap_or(0))
            })
            .collect();
        return Err(CliError::Other(format!("not all was restored; {}", differ.join("; "))));
    }
    let report = verify(conn, chain::keys(settings), &manifest.audit_heads)?;
    if !report.faults.is_empty() || heads(conn)? != manifest.audit_heads {
        report.faults.iter().take(10).for_each(|fault| println!("{fault}"));
        return Err(CliError::Other(
            "all was restored, but the audit can't be proved: it was not whole when it was backed up, or the keys of [audit] or [auth] in \
             these settings are not those that sealed it; put them in, empty this place and restore again"
                .to_owned(),
        ));
    }
    Ok(report.rows)
}
