//! The settings of attachments: where they are kept, which are taken.

use std::path::{Path, PathBuf};

use crate::attachments::kind::FileKind;
use crate::settings::{Checks, ProcessSettings, Secret, Settings};

crate::settings_choice! {
    /// Where attachments are kept.
    pub FileStore {
        /// A folder of this machine.
        Local = "local",
        /// An S3 store.
        S3 = "s3",
    }
}

crate::settings_choice! {
    /// How a bucket is named in the addresses of an S3 store.
    pub S3Addressing {
        /// `https://host/bucket/key`.
        Path = "path",
        /// `https://bucket.host/key`.
        Virtual = "virtual",
    }
}

crate::settings_section! {
    /// Files that people attach: to messages, and as evidence.
    pub AttachmentSettings in "attachments" checked by check {
        /// Where they are kept: "local" (a folder) or "s3" (any S3 store; several servers need it, or a shared folder).
        store: FileStore = FileStore::Local;
        /// The folder for "local". Empty: attachments under data_dir.
        dir: PathBuf = PathBuf::new();
        /// Greatest file in bytes.
        max_bytes: u64 = 20_971_520, 1_024..=1_073_741_824;
        /// Greatest video clip or voice message in bytes. It is a file, too: what max_bytes says holds as well.
        clip_max_bytes: u64 = 20_971_520, 1_024..=1_073_741_824;
        /// What is taken, recognized by content and not by name, separated by commas. The default names every kind that can be recognized; docx,
        /// xlsx and pptx are taken without macros. Without mp4, mov and webm no video clip is taken, without m4a, mp3, aac, amr, ogg and wav no
        /// voice message.
        kinds: String = all_kinds();
        /// Hours after which a file that was uploaded and never used is deleted.
        unused_hours: u32 = 24, 1..=8_760;
        /// Most such files of one account.
        unused_per_account: u32 = 200, 1..=100_000;
        /// Most files that one account keeps, used or not.
        kept_files_per_account: u32 = 5_000, 1..=10_000_000;
        /// Most bytes of them.
        kept_bytes_per_account: u64 = 5_368_709_120, 1_024..=1_099_511_627_776;
        /// Most files that the accounts of one enterprise keep together.
        kept_files_per_enterprise: u32 = 10_000, 1..=10_000_000;
        /// Most bytes of them.
        kept_bytes_per_enterprise: u64 = 10_737_418_240, 1_024..=1_099_511_627_776;
        /// Address of the S3 store, such as `https://s3.example.cn`. Empty: that of AWS for the region. `http://` sends the files,
        /// though not the keys, in the clear.
        s3_endpoint: String = String::new();
        /// The bucket; it must exist. A life cycle rule that ends multipart uploads after a day is good to have on it.
        s3_bucket: String = String::new();
        /// Its region; most stores other than AWS take any.
        s3_region: String = "us-east-1".to_owned();
        /// Id of the access key. It needs to get, put and delete objects of the bucket. (secret)
        s3_access_key: Secret = Secret::default();
        /// Secret of the access key. (secret)
        s3_secret_key: Secret = Secret::default();
        /// How the bucket is named in addresses: "path" (`https://host/bucket/key`, as most stores want it) or "virtual"
        /// (`https://bucket.host/key`, as AWS does).
        s3_addressing: S3Addressing = S3Addressing::Path;
    }
}

fn all_kinds() -> String {
    FileKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

impl AttachmentSettings {
    /// The folder of the local store.
    pub fn folder(settings: &Settings) -> PathBuf {
        let dir: &Path = &settings.section::<Self>().dir;
        if dir.as_os_str().is_empty() {
            settings.section::<ProcessSettings>().data_dir.join("attachments")
        } else {
            dir.to_path_buf()
        }
    }

    /// The words of the kinds that are taken.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.split(',').map(str::trim).filter(|word| !word.is_empty())
    }
}

fn check(files: &AttachmentSettings, checks: &mut Checks<'_>) {
    let words: Vec<_> = files.kinds().collect();
    checks.check(
        !words.is_empty() && words.iter().all(|word| word.parse::<FileKind>().is_ok()),
        "attachments.kinds",
        format!("some of {} wanted, separated by commas", all_kinds()),
    );
    if files.store == FileStore::S3 {
        for (key, empty) in [
            ("attachments.s3_bucket", files.s3_bucket.trim().is_empty()),
            ("attachments.s3_region", files.s3_region.trim().is_empty()),
            ("attachments.s3_access_key", files.s3_access_key.is_empty()),
            ("attachments.s3_secret_key", files.s3_secret_key.is_empty()),
        ] {
            checks.check(!empty, key, "is needed for attachments.store \"s3\"");
        }
        let (key, schemes) = ("attachments.s3_endpoint", ["http://", "https://"]);
        checks.scheme(key, &files.s3_endpoint, &schemes, "must begin with http:// or https://");
    }
}
