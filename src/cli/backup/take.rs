//! The sub-command `backup`.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use chrono::Utc;

use super::layout::{DUMP, Folder, MANIFEST, bar};
use super::manifest::{Manifest, Sum};
use super::postgres::{self, Client};
use super::{copy, snapshot};
use crate::attachments::Files;
use crate::cli::{CliError, open};
use crate::db::embedded::PrivateCluster;
use crate::settings::Settings;

/// Takes a back-up into a folder that is new or empty.
///
/// # Errors
/// When the folder is in use, or the database, a file or the disk fails. Without `manifest.json` a folder is no back-up.
pub fn take(settings: &Settings, Folder { dir }: Folder) -> Result<(), CliError> {
    prepare(&dir)?;
    let opened = open::addresses(settings, PrivateCluster::attach_or_start)?;
    let url = opened.strongest();
    let mut conn = postgres::connect(url)?;
    let client = Client::of(settings, &mut conn)?;
    snapshot::keep_files(&mut conn)?;
    let (mut manifest, files) = conn.build_transaction().repeatable_read().read_only().run(|conn| {
        let taken = snapshot::take(conn)?;
        println!(
            "the snapshot is taken at {}: what was acknowledged before it is in this back-up",
            Utc::now()
        );
        let bar = bar("database {bar:40} {pos}/{len} tables", taken.counts.len() as u64)?;
        client.dump(url, &taken.snapshot, &dir.join(DUMP), &bar)?;
        bar.finish_and_clear();
        let manifest = Manifest::new(&taken, client.major(), Sum::of(&dir.join(DUMP))?);
        println!("the database: {} rows in {} tables", manifest.rows(), manifest.counts.len());
        Ok::<_, CliError>((manifest, taken.files))
    })?;
    let total = files.iter().map(|file| file.size.unsigned_abs()).sum();
    let bar = bar("files {bar:40} {bytes}/{total_bytes}  {eta}", total)?;
    let store = Files::open(settings)?;
    let copied = copy::out(&mut conn, &store, &dir, &files, &bar)?;
    bar.finish_and_clear();
    manifest.files = copied.list;
    manifest.missing = copied.missing;
    manifest.write(&dir.join(MANIFEST))?;
    println!("the files: {}, {} bytes", copied.count, copied.bytes);
    if !manifest.missing.is_empty() {
        println!(
            "{} files had been lost by the store before; the manifest names them",
            manifest.missing.len()
        );
    }
    println!("the back-up is whole: {}", dir.display());
    println!("not in it: the settings and their keys; keep these apart, the audit is verified by them");
    Ok(())
}

/// Makes the folder for its owner alone, or takes one that is empty.
fn prepare(dir: &Path) -> Result<(), CliError> {
    let failed = || CliError::io(dir.display().to_string());
    if dir.exists() {
        if std::fs::read_dir(dir).map_err(failed())?.next().is_some() {
            return Err(CliError::Other(format!(
                "{}: is not empty; a back-up needs a folder of its own",
                dir.display()
            )));
        }
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed())
}
