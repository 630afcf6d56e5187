//! Where the bytes are: a local folder or an S3 store, behind crate `object_store`.

use crate::attachments::ids::AttachmentId;
use crate::attachments::settings::{AttachmentSettings, FileStore, S3Addressing};
use crate::core::Problem;
use crate::settings::Settings;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    ClientOptions, Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig,
};
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::Semaphore;

/// What is kept in memory of a file on its way into the store; greater ones go in parts of this size.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// Files on their way into the store at one time; others wait on the disk.
const PUTS: usize = 8;
/// How long a store that does not answer is asked again.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);

/// The object store. Cheap to clone.
///
/// Its connections belong to the runtime that opened them, so threads with a runtime of their own
/// that ends before the others' open one of their own.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    puts: Arc<Semaphore>,
}

impl Files {
    /// The store that the settings describe. A local folder is made where it is missing; an S3
    /// store is not asked.
    ///
    /// # Errors
    /// When the folder can't be made, or the settings don't make a store.
    pub fn open(settings: &Settings) -> Result<Self, Problem> {
        let store: Arc<dyn ObjectStore> = match settings.section::<AttachmentSettings>().store {
            FileStore::Local => {
                let dir = AttachmentSettings::folder(settings);
                private_dir(&dir).map_err(|e| wrong(&dir.display(), &e))?;
                let local = LocalFileSystem::new_with_prefix(&dir).map_err(|e| wrong(&dir.display(), &e))?;
                Arc::new(local.with_fsync(true))
            }
            FileStore::S3 => Arc::new(
                s3(settings).map_err(|e| wrong(&settings.section::<AttachmentSettings>().s3_endpoint, &e))?,
            ),
        };
        Ok(Self { store, puts: Arc::new(Semaphore::new(PUTS)) })
    }

    /// Stores a file under an id, whole or not at all; again where it is there already.
    ///
    /// # Errors
    /// When the store can't be reached or refuses.
    pub async fn put(&self, id: AttachmentId, file: std::fs::File) -> Result<(), Problem> {
        let _turn = self.puts.acquire().await.map_err(Problem::internal)?;
        let stored = async {
            let mut file = tokio::fs::File::from_std(file);
            file.rewind().await?;
            let first = part(&mut file).await?;
            if first.len() < PART_BYTES {
                self.store.put(&place(id), first.into()).await?;
                return Ok(());
            }
            let mut upload = self.store.put_multipart(&place(id)).await?;
            let result = put_parts(&mut *upload, first, &mut file).await;
            if result.is_err()
                && let Err(error) = upload.abort().await
            {
                tracing::debug!(%error, "the parts of a broken upload could not be deleted");
            }
            result
        };
        stored.await.map_err(|error: std::io::Error| {
            Problem::unavailable(format!("attachment {id} could not be stored: {error}"))
        })
    }

    /// The bytes of a stored file of this size, as they come.
    ///
    /// # Errors
    /// When the store can't be reached, or holds something else than was put there.
    pub async fn get(
        &self,
        id: AttachmentId,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Problem> {
        let found = self.store.get(&place(id)).await.map_err(|error| match error {
            Error::NotFound { .. } => Problem::internal(format!("the store has lost attachment {id}")),
            error => Problem::unavailable(format!("attachment {id} could not be read: {error}")),
        })?;
        if found.meta.size != size {
            let has = found.meta.size;
            return Err(Problem::internal(format!(
                "attachment {id} has {has} bytes in the store, not {size}"
            )));
        }
        Ok(found.into_stream())
    }

    /// A part of the bytes of a stored file of this size, from this byte to behind that one.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn get_part(
        &self,
        id: AttachmentId,
        size: u64,
        (from, until): (u64, u64),
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Problem> {
        let options = GetOptions { range: Some(GetRange::Bounded(from..until)), ..GetOptions::default() };
        let found = self.store.get_opts(&place(id), options).await.map_err(|error| match error {
            Error::NotFound { .. } => Problem::internal(format!("the store has lost attachment {id}")),
            error => Problem::unavailable(format!("attachment {id} could not be read: {error}")),
        })?;
        if found.meta.size != size || found.range != (from..until) {
            return Err(Problem::internal(format!(
                "attachment {id} is not in the store as it was put there"
            )));
        }
        Ok(found.into_stream())
    }

    /// Whether the store has no such file.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub async fn lacks(&self, id: AttachmentId) -> Result<bool, Problem> {
        match self.store.head(&place(id)).await {
            Ok(_) => Ok(false),
            Err(Error::NotFound { .. }) => Ok(true),
            Err(error) => {
                Err(Problem::unavailable(format!("attachment {id} could not be looked for: {error}")))
            }
        }
    }

    /// Whether the store holds nothing.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub async fn is_empty(&self) -> Result<bool, Problem> {
        match self.store.list(None).next().await {
            None => Ok(true),
            Some(Ok(_)) => Ok(false),
            Some(Err(error)) => {
                Err(Problem::unavailable(format!("the store of attachments can't be listed: {error}")))
            }
        }
    }

    /// Deletes a stored file. Deleting one that is not there succeeds.
    ///
    /// # Errors
    /// When the store can't be reached or refuses.
    pub async fn remove(&self, id: AttachmentId) -> Result<(), Problem> {
        match self.store.delete(&place(id)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Problem::unavailable(format!("attachment {id} could not be deleted: {error}"))),
        }
    }
}

/// Makes a folder for its owner alone, and the folders above it, where they are missing.
fn private_dir(dir: &std::path::Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

async fn put_parts(
    upload: &mut dyn MultipartUpload,
    first: Bytes,
    file: &mut tokio::fs::File,
) -> std::io::Result<()> {
    let mut next = first;
    while !next.is_empty() {
        upload.put_part(next.into()).await?;
        next = part(file).await?;
    }
    upload.complete().await?;
    Ok(())
}

/// The next part of a file: full but for the last, and empty at the end.
async fn part(file: &mut tokio::fs::File) -> std::io::Result<Bytes> {
    let mut bytes = Vec::new();
    let most = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes.into())
}

fn s3(settings: &Settings) -> Result<impl ObjectStore + use<>, Error> {
    // The first call counts; a second one finds the provider in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let s = settings.section::<AttachmentSettings>();
    let plain = s.s3_endpoint.starts_with("http://");
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&s.s3_bucket)
        .with_region(&s.s3_region)
        .with_access_key_id(s.s3_access_key.expose())
        .with_secret_access_key(s.s3_secret_key.expose())
        .with_virtual_hosted_style_request(s.s3_addressing == S3Addressing::Virtual)
        .with_client_options(ClientOptions::new().with_allow_http(plain))
        .with_retry(RetryConfig { retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() });
    if !s.s3_endpoint.is_empty() {
        builder = builder.with_endpoint(s.s3_endpoint.trim_end_matches('/'));
    }
    builder.build()
}

fn wrong(what: &dyn std::fmt::Display, error: &dyn std::fmt::Display) -> Problem {
    Problem::unavailable(format!("attachments can't be kept at {what}: {error}"))
}

/// The key of an object: spread over 256 folders by the random end of the id, as file systems like it.
fn place(id: AttachmentId) -> Path {
    let name = id.to_string();
    let folder: String = name.chars().skip(name.len().saturating_sub(2)).collect();
    Path::from_iter([folder, name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_spread_by_the_random_end_of_their_ids() {
        let id: AttachmentId = "019c0000-0000-7000-8000-0000000000ab".parse().unwrap();
        assert_eq!(place(id).to_string(), "ab/019c0000-0000-7000-8000-0000000000ab");
    }
}
