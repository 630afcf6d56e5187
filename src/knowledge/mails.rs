//! The mails about articles.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the officers of a region: an article is to be approved.
    ArticleSubmitted = "article_submitted",
        "knowledge/mail/article_submitted.zh.txt", "knowledge/mail/article_submitted.en.txt",
        "知识条目待审核" {
        /// Its title.
        title: String,
        /// Who handed it in.
        expert: String,
        /// Its page.
        link: String,
    }
    /// To the expert of an article: it was returned to be mended.
    ArticleReturned = "article_returned",
        "knowledge/mail/article_returned.zh.txt", "knowledge/mail/article_returned.en.txt",
        "知识条目已退回" {
        /// Its title.
        title: String,
        /// Reason of the officer.
        reason: Prose,
        /// Its page.
        link: String,
    }
    /// To the expert of an article: it is published.
    ArticlePublished = "article_published",
        "knowledge/mail/article_published.zh.txt", "knowledge/mail/article_published.en.txt",
        "知识条目已发布" {
        /// Its title.
        title: String,
        /// Its page.
        link: String,
    }
    /// To the expert of an article: it was withdrawn.
    ArticleWithdrawn = "article_withdrawn",
        "knowledge/mail/article_withdrawn.zh.txt", "knowledge/mail/article_withdrawn.en.txt",
        "知识条目已撤下" {
        /// Its title.
        title: String,
        /// Reason of the officer.
        reason: Prose,
        /// Its page.
        link: String,
    }
}
