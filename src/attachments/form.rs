//! What pages say of files: the limits of an upload, and which files are shown as pictures.

use crate::attachments::kind::FileKind;
use crate::attachments::settings::AttachmentSettings;
use crate::web::frame::Frame;

/// What a form says of the files that it takes.
#[derive(Debug, Clone)]
pub struct FileLimits {
    /// The greatest file in bytes.
    pub max_bytes: u64,
    /// The same in MiB.
    pub megabytes: u64,
    /// The kinds, for people.
    kinds: Vec<String>,
    /// The kinds, for the browser.
    pub accept: String,
}

impl FileLimits {
    /// The limits, from the settings.
    pub fn of(settings: &AttachmentSettings) -> Self {
        let kinds: Vec<&str> = settings.kinds().collect();
        let upper: Vec<String> = kinds.iter().map(|kind| kind.to_uppercase()).collect();
        let taken = FileKind::ALL.iter().filter(|kind| kinds.contains(&kind.as_str()));
        // Systems know few of the media types, and let choose by endings.
        let endings = |kind: &FileKind| kind.endings().iter().map(|ending| format!(".{ending}"));
        let accept =
            taken.flat_map(|kind| std::iter::once(kind.content_type().to_owned()).chain(endings(kind)));
        let max_bytes = settings.max_bytes;
        Self {
            max_bytes,
            megabytes: max_bytes / 1024 / 1024,
            kinds: upper,
            accept: accept.collect::<Vec<_>>().join(","),
        }
    }

    /// The kinds in words.
    pub fn words(&self, f: &Frame) -> String {
        self.kinds.join(f.t("、", ", "))
    }
}

/// What templates ask the frame about files.
pub trait ShownFiles {
    /// Whether a page may show a file of this type as a picture.
    fn is_shown(&self, content_type: &str) -> bool;
}

impl ShownFiles for Frame {
    fn is_shown(&self, content_type: &str) -> bool {
        FileKind::is_shown(content_type)
    }
}
