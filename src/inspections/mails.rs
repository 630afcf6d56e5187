//! The mails of inspections: to the parties, to laboratories that test again, to officers.

use crate::mails;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise: the result of an inspection is delivered to it.
    InspectionResult = "inspection_result",
        "inspections/mail/inspection_result.zh.txt", "inspections/mail/inspection_result.en.txt",
        "检验结果通知" {
        /// The number of the form.
        number: String,
        /// The product.
        product: String,
        /// Whether it conforms.
        conforming: bool,
        /// The last day to challenge the result; none where there is nothing to be challenged.
        until: Option<NaiveDate>,
        /// Where the inspection is.
        link: String,
    }
    /// To a nominal producer: it is asked whether the product is its own.
    ProducerAsked = "producer_asked",
        "inspections/mail/producer_asked.zh.txt", "inspections/mail/producer_asked.en.txt",
        "请标称生产者确认样品" {
        /// The number of the form.
        number: String,
        /// The product.
        product: String,
        /// At whose place the sample was taken.
        operator: String,
        /// The last day to answer.
        until: NaiveDate,
        /// Where the inspection is.
        link: String,
    }
    /// To the parties: a re-test was decided on, or has given its result.
    RetestDecided = "retest_decided",
        "inspections/mail/retest_decided.zh.txt", "inspections/mail/retest_decided.en.txt",
        "复检申请处理结果" {
        /// The number of the form.
        number: String,
        /// The product.
        product: String,
        /// What was decided, in words.
        decision: String,
        /// Where the inspection is.
        link: String,
    }
    /// To the people of a laboratory: it tests a reserve sample again.
    RetestAssigned = "retest_assigned",
        "inspections/mail/retest_assigned.zh.txt", "inspections/mail/retest_assigned.en.txt",
        "复检任务" {
        /// The number of the form.
        number: String,
        /// The product.
        product: String,
        /// Where the inspection is.
        link: String,
    }
    /// To officers: a suspect quick test has neither a formal sample nor a reason when its term has passed.
    FormalSampleOverdue = "formal_sample_overdue",
        "inspections/mail/formal_sample_overdue.zh.txt", "inspections/mail/formal_sample_overdue.en.txt",
        "快检可疑尚未正式抽样" {
        /// The number of the form.
        number: String,
        /// The product.
        product: String,
        /// At whose place it was tested.
        operator: String,
        /// The last day of the term.
        due_on: NaiveDate,
        /// Where the inspection is.
        link: String,
    }
}
