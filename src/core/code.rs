//! The codes of problems: the stable words by which programs tell refusals and failures apart.
//!
//! A code is API: its word never changes, and nothing else is called by it. Each has a page at `/problems/{code}`, the
//! `type` of the problem's body (RFC 9457), which is made from the texts here. To add one, add a row to the table.

use crate::core::text::Text;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

macro_rules! codes {
    ($($variant:ident $word:literal $status:literal
        $title_zh:literal $title_en:literal $about_zh:literal $about_en:literal;)+) => {
        /// The kind of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $about_en] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word for programs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The HTTP status of such a problem. Of `bad_request`, `wrong_code` and `import_too_large` it is the usual one.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The kind of problem in a few words.
            pub fn title(self) -> Text {
                match self { $(Self::$variant => Text::new($title_zh, $title_en)),+ }
            }

            /// What it means and what the caller can do.
            pub fn explanation(self) -> Text {
                match self { $(Self::$variant => Text::new($about_zh, $about_en)),+ }
            }
        }
    };
}

impl Code {
    /// The code of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = <Cow<'de, str>>::deserialize(deserializer)?;
        Self::of(&word).ok_or_else(|| Error::invalid_value(Unexpected::Str(&word), &"the code of a problem"))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

codes! {
    // Any request.
    BadRequest "bad_request" 400 "请求有误" "Bad request"
        "请求不符合 HTTP 的要求。请按接口文档更正请求。"
        "The request does not follow HTTP. Correct it as the API's documentation says.";
    Unauthenticated "unauthenticated" 401 "未登录" "Not logged in"
        "此操作须先登录，而请求没有带有效的登录信息。请登录后重试。"
        "This needs an account, and the request carries no valid log-in. Log in and try again.";
    Forbidden "forbidden" 403 "无权操作" "Not allowed"
        "您的角色或辖区不允许此操作，重试无效。请由有权的人员办理。"
        "Your role or region may not do this; trying again does not help. Ask someone who may.";
    CrossSite "cross_site" 403 "跨站请求" "Request from another site"
        "该请求由另一网站的页面发出，已被拒绝，以防他人借用您的登录。请从本平台的页面操作，或以 Authorization 请求头提供令牌。"
        "A page of another site sent the request with your cookie; this is refused to protect you. Use the pages of this server, or send a token in the Authorization header.";
    NotFound "not_found" 404 "未找到" "Not found"
        "没有这一资源，或它不属于您的账号。请核对地址和编号。"
        "There is no such resource, or none that your account may know of. Check the address and the id.";
    MethodNotAllowed "method_not_allowed" 405 "不支持的方法" "Method not allowed"
        "该地址不支持此 HTTP 方法。可用的方法见响应头 Allow。"
        "The address does not support this HTTP method. The Allow header of the response names those that it does.";
    NotAcceptable "not_acceptable" 406 "无法接受的形式" "Not acceptable"
        "无法以 Accept 请求头所要求的形式回答。请求 application/json 或 text/html 即可。"
        "There is no answer in a form that the Accept header allows. Accept application/json or text/html.";
    UriTooLong "uri_too_long" 414 "地址过长" "Address too long"
        "请求的地址超过长度上限。请缩短查询参数。"
        "The address of the request is longer than the limit. Shorten the query parameters.";
    InvalidFields "invalid_fields" 422 "部分内容填写有误" "Some fields are not valid"
        "请求格式正确，但部分字段或参数的值不能接受。errors 逐项列出其位置（pointer）和原因（detail），请更正后重新提交。"
        "The request is well formed, but the values of some fields or parameters cannot be accepted. errors names each with its place (pointer) and the reason (detail). Correct them and send the request again.";
    Internal "internal" 500 "服务器内部错误" "Internal error"
        "服务器发生故障，未作任何更改。请稍后重试；如仍出现，请将 request_id 告知平台运营人员。"
        "The server failed and changed nothing. Try again later; if it happens again, tell the operator the request_id.";
    Unavailable "unavailable" 503 "服务暂不可用" "Unavailable for now"
        "服务器所依赖的数据库等暂时无法使用。请在 Retry-After 所示的秒数后重试。"
        "Something that the server needs, such as its database, is unavailable for the moment. Try again after the seconds in Retry-After.";
    Draining "draining" 503 "服务器正在停止" "The server is stopping"
        "服务器正在停止，不再接受新的请求。请在 Retry-After 所示的秒数后重试。"
        "The server is stopping and takes no new requests. Try again after the seconds in Retry-After.";
    IdempotencyKeyReused "idempotency_key_reused" 409 "Idempotency-Key 重复使用" "Idempotency-Key reused"
        "该 Idempotency-Key 已用于内容不同的另一请求。同一请求重发时用原来的键，新的请求请用新的键。"
        "The Idempotency-Key was used before with another request. Repeat a request under its own key, and use a new key for a new request.";

    // Bodies of requests.
    BadJson "bad_json" 400 "JSON 格式有误" "Not valid JSON"
        "请求正文不是有效的 UTF-8 编码 JSON，detail 指出出错的行和列。请更正后重新提交。"
        "The body is not valid JSON in UTF-8; detail names the line and the column. Correct it and send it again.";
    BadBody "bad_body" 400 "正文不完整" "Body incomplete"
        "请求正文在传输中断开或无法解码。请重新提交。"
        "The body broke off on its way or could not be decoded. Send it again.";
    BadMultipart "bad_multipart" 400 "multipart 格式有误" "Not valid multipart"
        "multipart/form-data 正文无法解析。请检查各部分的分隔符和头。"
        "The multipart/form-data body could not be read. Check the boundary and the headers of its parts.";
    BodyTooLarge "body_too_large" 413 "正文过大" "Body too large"
        "请求正文或文件超过上限。请缩小或拆分后重新提交。"
        "The body or the file is greater than the limit. Make it smaller or split it.";
    UnsupportedMediaType "unsupported_media_type" 415 "不支持的类型" "Unsupported media type"
        "请求正文的 Content-Type 不是此操作所要求的类型，detail 写明所要求的类型。"
        "The Content-Type of the body is not the one that is needed; detail names it.";
    UnsupportedContentEncoding "unsupported_content_encoding" 415 "不支持的内容编码" "Unsupported content encoding"
        "不接受压缩的请求正文。请去掉 Content-Encoding 后重新提交。"
        "Compressed request bodies are not accepted. Send the body without Content-Encoding.";

    // Accounts.
    BadCredentials "bad_credentials" 401 "用户名或密码不正确" "Wrong username or password"
        "用户名或密码不正确。请核对后重试；多次失败将被暂时限制。"
        "The username or the password is wrong. Check them and try again; after several failures you have to wait.";
    AccountNotActive "account_not_active" 403 "账号未启用" "Account not active"
        "账号正在等待审核，或已停用。请等待审核结果或联系平台运营人员。"
        "The account is waiting for its approval or has been disabled. Wait for the decision, or ask the operator.";
    InvalidToken "invalid_token" 401 "令牌无效" "Invalid token"
        "访问令牌无效、已过期或登录已结束。请凭登录凭据（refresh_token）换取新的访问令牌，或重新登录。"
        "The access token is not valid, has expired, or its session has ended. Renew it with the refresh token or log in again.";
    InvalidRefreshToken "invalid_refresh_token" 401 "登录凭据无效" "Invalid refresh token"
        "登录凭据（refresh_token）无效、已过期或已使用过。请重新登录。"
        "The refresh token is not valid, has expired or was used before. Log in again.";
    RequestTimeout "request_timeout" 408 "请求超时" "Request timeout"
        "请求正文未在规定时间内传完，连接已关闭。请检查网络后重试。"
        "The body of the request did not come in time, and the connection was closed. Check the network and try again.";
    TooManyRequests "too_many_requests" 429 "请求过于频繁" "Too many requests"
        "短时间内请求过多。请稍后再试；有 Retry-After 时，请在其所示的秒数后重试。"
        "There were too many of these requests within a short time. Try again later, or after the seconds in Retry-After where there is one.";
    Overloaded "overloaded" 503 "服务器繁忙" "Too busy for a moment"
        "同时处理的请求已达上限。请在 Retry-After 所示的秒数后重试。"
        "As many of these requests are being worked on as the server takes at a time. Try again after the seconds in Retry-After.";
    TooManyFailures "too_many_failures" 429 "登录失败次数过多" "Too many failed log-ins"
        "登录失败次数过多。请在 Retry-After 所示的秒数后重试。"
        "There were too many failed log-ins. Try again after the seconds in Retry-After.";
    SecondFactorRequired "second_factor_required" 401 "需要验证码" "A code is needed"
        "密码正确，但该账号已启用双重验证。请在 code 中附上验证器应用显示的 6 位验证码，或一个恢复码，再次登录。"
        "The password is right, and the account has a second factor. Log in again with code: the six digits that the authenticator app shows, or a recovery code.";
    WrongCode "wrong_code" 422 "验证码不正确" "Wrong code"
        "验证码不正确、已过期或已使用过。请等验证器应用显示新的验证码后重试，或使用一个未用过的恢复码。登录时的状态码为 401。"
        "The code is wrong, has expired or was used before. Wait for the next one of the authenticator app, or use a recovery code that was not used yet. At the log-in the status is 401.";
    SecondFactorSetupRequired "second_factor_setup_required" 403 "须先设置双重验证" "Set up a second factor first"
        "您的角色须启用双重验证，而账号尚未设置。本次登录只能用于设置：请先完成设置，再进行其他操作。"
        "Your role must have a second factor, and your account has none yet. This session can only set one up; do that first.";
    SecondFactorMandatory "second_factor_mandatory" 409 "不能停用双重验证" "The second factor is mandatory"
        "您的角色须启用双重验证，不能停用。如更换了手机，请直接重新设置。"
        "Your role must have a second factor, so it cannot be removed. With a new phone, set it up again.";
    NoSecondFactor "no_second_factor" 409 "未启用双重验证" "No second factor"
        "该账号未启用双重验证，或没有等待确认的设置。请先开始设置。"
        "The account has no second factor, or none that waits to be confirmed. Begin to set it up first.";
    StepUpRequired "step_up_required" 403 "须再次验证身份" "Prove again who you are"
        "此操作须在近期验证过身份。请以 POST /api/v1/auth/step-up 提交验证码（未启用双重验证的账号提交密码），然后重试。"
        "This needs a session that proved lately who is in it. Send a code to POST /api/v1/auth/step-up (or the password, for an account without a second factor) and try again.";
    SignInFailed "sign_in_failed" 400 "单点登录未完成" "Single sign-on was not completed"
        "单点登录已超时、被取消，或身份提供方的答复未能通过核验，原因见 detail。请重新登录。"
        "The single sign-on took too long, was cancelled, or the answer of the identity provider could not be verified; detail says why. Begin again.";
    NoSuchIdentity "no_such_identity" 403 "没有对应的账号" "No account for this identity"
        "身份提供方确认的身份没有对应的账号，原因见 detail。请以用户名和密码登录后在账号安全页关联，或联系平台运营人员。"
        "No account belongs to the identity that the provider confirmed; detail says why. Log in with your password and link it on the page of your account's security, or ask the operator.";
    IdentityTaken "identity_taken" 409 "身份已关联" "Identity linked already"
        "该身份已关联到账号，或您的账号已关联该提供方的另一身份。请先解除原有关联。"
        "The identity is linked to an account already, or your account to another identity of this provider. Unlink that one first.";
    ProviderUnavailable "provider_unavailable" 503 "身份提供方不可用" "Identity provider unavailable"
        "暂时无法与身份提供方通信。请稍后重试，或以用户名和密码登录。"
        "The identity provider cannot be reached for the moment. Try again later, or log in with your password.";
    NoMailAddress "no_mail_address" 409 "账号没有邮箱" "No mail address"
        "该账号没有登记邮箱，邮件无处可发。请先由本人登记邮箱，或由平台运营人员在命令行重置密码。"
        "The account has no mail address. Its person adds one, or the operator resets the password on the command line.";
    UsernameTaken "username_taken" 409 "用户名已被使用" "Username taken"
        "该用户名已被使用。请另选一个。"
        "Another account has this username. Choose another one.";
    AlreadyClaimed "already_claimed" 409 "企业账号已被认领" "Enterprise already claimed"
        "该企业的账号已被认领。请用已有账号登录，或联系平台运营人员。"
        "The enterprise has an account already. Log in with it, or ask the operator.";
    AccountState "account_state" 409 "账号状态不允许此操作" "Not possible in the account's state"
        "账号当前的状态不允许此操作：已停用的不能再停用，未停用的不能恢复，待审核的须先审核。请刷新后查看。"
        "The account's state allows no such step: a deactivated account can't be deactivated again, an active one not be reactivated, an applicant's must be vetted first. Load it again.";
    LastOfficer "last_officer" 409 "不能移除全省最后一名监管人员" "Last officer of the province"
        "该账号是全省最后一名在用的省级监管人员，不能停用、改任或调离。请先邀请并启用另一名省级监管人员。"
        "The account is of the last active officer of the province, who can be neither deactivated nor given another role or region. Have another officer of the province first.";
    OwnAccount "own_account" 409 "不能对本人账号进行此操作" "Not with your own account"
        "不能停用本人账号，也不能更改本人的角色或辖区。请由其他有权人员办理。"
        "Nobody deactivates the own account or changes the own role or region. Ask someone else who may.";
    InvitationState "invitation_state" 409 "邀请已失效" "Invitation no longer open"
        "该邀请已被接受或已撤回。请刷新后查看，必要时重新邀请。"
        "The invitation was accepted or withdrawn. Load the list again, and invite again where needed.";
    InvitedAlready "invited_already" 409 "已经邀请过" "Invited already"
        "该邮箱已有一份尚未接受的同样邀请。请重新发送原邀请，或撤回后再邀请。"
        "The same invitation to this address is open already. Send that one again, or withdraw it first.";
    TooManyColleagues "too_many_colleagues" 409 "企业人员已满" "Too many colleagues"
        "企业的在用人员和未接受的邀请已达上限。请先移除不再需要的人员或撤回邀请。"
        "The enterprise has as many people and open invitations as are allowed. Remove someone or withdraw an invitation first.";
    InvitationSentOften "invitation_sent_often" 429 "邀请发送过于频繁" "Invitation sent too often"
        "该邀请在过去 24 小时内已多次发送。请在 Retry-After 所示的秒数后重试，或请对方检查垃圾邮件。"
        "The invitation was sent several times within a day. Try again after the seconds in Retry-After, or have the person look among the unwanted mails.";
    MailEnded "mail_ended" 409 "邮件已结束" "Mail has ended"
        "该邮件已发送或已停止发送，正文已清除，不能再次发送。请在认领、邀请等相应业务中重新发送。"
        "The mail was sent or given up and its text is gone, so it can't be sent again. Send it again from where it came, such as the claim or the invitation.";
    AlreadyDecided "already_decided" 409 "认领申请已处理" "Claim already decided"
        "该认领申请不在待审核状态，不能再次审核。请刷新列表。"
        "The claim is not waiting for a decision, so it cannot be decided again. Load the list again.";

    // Experts.
    AlreadyVetted "already_vetted" 409 "专家申请已审核" "Application already decided"
        "该专家申请已经审核，不能再次审核。请刷新列表。"
        "The expert's application has been decided, so it cannot be decided again. Load the list again.";
    SpecialtyChangeDecided "specialty_change_decided" 409 "专长变更已处理" "Change of specialties already decided"
        "该专长变更已审核或已撤回，不能再次处理。请刷新列表。"
        "The change of specialties was decided or taken back, so it cannot be decided again. Load the list again.";
    ExpertSuspended "expert_suspended" 409 "专家已暂停" "Expert suspended"
        "该专家的接诊资格已暂停。请先恢复其接诊资格。"
        "The expert is suspended. Lift the suspension first.";
    ExpertNotSuspended "expert_not_suspended" 409 "专家未暂停" "Expert not suspended"
        "该专家的接诊资格没有暂停，不能进行此操作。"
        "The expert is not suspended, so this cannot be done.";

    // Attachments.
    UnsupportedFileType "unsupported_file_type" 415 "不支持的文件类型" "Unsupported file type"
        "不接受此类文件；类型按文件内容而非文件名判断。可接受的类型见 detail。"
        "Files of this type are not accepted; the type is determined by the content, not by the name. detail lists the accepted types.";
    TooManyUnusedAttachments "too_many_unused_attachments" 429 "未使用的附件过多" "Too many unused attachments"
        "您上传后尚未使用的附件过多。请先在消息或证据中使用，或等待其过期清理。"
        "Too many of your uploads have not been used yet. Use them in messages or evidence, or wait until they are removed.";
    TooManyUploads "too_many_uploads" 429 "保存的附件过多" "Too many uploads"
        "账号或企业保存的附件已达个数或容量上限，不能再上传。如确有需要，请联系平台运营人员调整上限。"
        "The account or its enterprise keeps as many files, or as many bytes of them, as it may. Ask the platform's operator where more is needed.";
    UploadOffset "upload_offset" 409 "分段位置不符" "Other offset of the upload"
        "分段须按顺序上传，每段从已收到的字节数开始；全部传完后方可完成。请查询上传进度，从已收到的位置继续。"
        "The parts of a file come in order, each from the byte after those that were received, and all of them before the upload is finished. Ask how far it is and go on from there.";
    AttachmentGone "attachment_gone" 409 "附件已清理" "Attachment removed"
        "此 Idempotency-Key 所上传的附件长期未使用，已被清理。请用新的键重新上传。"
        "The attachment that was uploaded with this Idempotency-Key was removed because nobody used it. Upload it again under a new key.";
    HoldReleased "hold_released" 409 "留存措施已解除" "Hold already released"
        "该留存措施已经解除，不能再次解除。请刷新列表。"
        "The legal hold was released already, so it cannot be released again. Load the list again.";
    AttachmentNotScanned "attachment_not_scanned" 409 "附件尚未通过病毒检查" "Attachment not scanned yet"
        "上传的文件须先通过病毒检查才能下载；检查服务繁忙或中断时会自动重试，请稍后再试。"
        "An uploaded file can be downloaded once it was checked for viruses. While the scanner is busy or away this is tried again by itself; try later.";
    AttachmentQuarantined "attachment_quarantined" 409 "附件已隔离" "Attachment quarantined"
        "病毒检查在该文件中发现恶意代码，文件已被隔离并删除，任何人都不能下载。"
        "The scanner found malicious code in this file. It was quarantined and deleted, and nobody can download it.";
    InfectedFile "infected_file" 422 "文件含有恶意代码" "Malicious code in the file"
        "病毒检查在上传的文件中发现恶意代码，文件已被隔离，未予保存。请检查您的电脑后重新提交干净的文件。"
        "The scanner found malicious code in the uploaded file. It is quarantined and not kept. Check your computer, then submit a clean file.";

    // Chat.
    BadHandshake "bad_handshake" 400 "WebSocket 握手有误" "Not a WebSocket handshake"
        "该地址只接受 WebSocket 握手。请用 WebSocket 客户端连接。"
        "This address accepts only WebSocket handshakes. Connect with a WebSocket client.";
    UnknownSubprotocol "unknown_subprotocol" 400 "不支持的子协议" "Unknown subprotocol"
        "握手所提出的子协议中没有本服务器支持的。detail 写明应提出的子协议。"
        "None of the subprotocols that the handshake offers is supported. detail names the one to offer.";
    BadFrame "bad_frame" 400 "消息帧有误" "Invalid frame"
        "聊天连接上收到的帧不是协议所定的形式。请按聊天协议更正；连接仍然保持。"
        "A frame on the chat's connection does not follow the protocol. Correct it; the connection stays open.";
    TooManySubscriptions "too_many_subscriptions" 429 "订阅过多" "Too many subscriptions"
        "本连接订阅的问诊已达上限。请先取消部分订阅，或另开连接。"
        "The connection follows as many consultations as it may. Unsubscribe from some, or open another connection.";
    TooManyMessages "too_many_messages" 429 "当日消息过多" "Too many messages"
        "账号当日发送的消息已达条数或字节数上限。请在 Retry-After 所示的秒数后（次日）再发。"
        "The account has sent as many messages, or as many bytes of them, as it may on one day. Go on after the seconds in Retry-After, on the next day.";
    ClientIdReused "client_id_reused" 409 "client_id 重复使用" "client_id reused"
        "该 client_id 已用于另一问诊或另一消息流的消息。重发同一消息时用原来的 client_id，新消息请用新的。"
        "The client_id was used for a message of another consultation or stream. Repeat a message under its own client_id, and use a new one for a new message.";
    ConsultationConcluded "consultation_concluded" 409 "问诊已办结" "Consultation concluded"
        "问诊已办结，不能再发送消息。需要时请重新打开或另行发起问诊。"
        "The consultation is concluded and takes no more messages. Reopen it or open another one.";

    // Consultations.
    ConsultationStatus "consultation_status" 409 "问诊状态不允许" "Not in this status of the consultation"
        "问诊的当前状态不允许此操作。请刷新问诊，按其当前状态操作。"
        "The present status of the consultation does not allow this. Load the consultation again and go on from there.";
    TooManyOpenConsultations "too_many_open_consultations" 429 "未办结的问诊过多" "Too many open consultations"
        "企业未办结的问诊已达上限。请待其中一件办结后再发起。"
        "The enterprise has as many open consultations as it may have. Open another once one of them is concluded.";
    TooManyOpenings "too_many_openings" 429 "发起问诊过于频繁" "Too many openings"
        "企业在一段时间内发起的问诊已达上限。请在 Retry-After 所示的秒数后重试。"
        "The enterprise has opened as many consultations as it may within this time. Try again after the seconds in Retry-After.";
    ConsultationOpenAlready "consultation_open_already" 409 "已有进行中的问诊" "A consultation is open already"
        "该不合格记录已有进行中的问诊。请在该问诊中继续。"
        "There is an open consultation about this nonconformity. Go on in that one.";
    OfferLapsed "offer_lapsed" 409 "派单已超时" "Offer lapsed"
        "派单的答复时限已过，已转派他人。请等待新的派单。"
        "The time to answer the offer is over, and it goes to someone else. Wait for another offer.";
    NoExpertToPin "no_expert_to_pin" 409 "没有可固定的专家" "No expert to pin"
        "问诊当前没有专家，不能固定。请先指派专家。"
        "The consultation has no expert now, so none can be pinned to it. Assign one first.";
    OnPanelAlready "on_panel_already" 409 "专家已在会诊中" "On the panel already"
        "该专家已受邀参加会诊，无须再次邀请。"
        "The expert is on the panel already; no second invitation is needed.";
    OpinionsMissing "opinions_missing" 409 "会诊意见不齐" "Opinions missing"
        "已接受邀请的会诊专家尚有人未发表意见。请等待其发表意见，或说明不等待的原因后签发结论。"
        "Experts of the panel have given no opinion yet. Wait for them, or say in missing_opinions_reason why the conclusion is signed without.";
    PanelFull "panel_full" 409 "会诊名额已满" "Panel is full"
        "会诊专家和未答复的邀请已达上限。请先撤回未答复的邀请，或等待专家婉拒。"
        "Seats and open invitations of the panel have reached the most there may be. Withdraw an invitation that is not answered, or wait until one is declined.";
    PanelRule "panel_rule" 409 "派单规则不允许参加会诊" "A rule keeps you from the panel"
        "按派单规则，受邀专家目前不能参加会诊，原因见说明。例如存在利害关系，或承接数量已满。"
        "A rule keeps the invited expert from the panel at present, such as a conflict of interest or no free place; the detail says which.";
    InvitationAnswered "invitation_answered" 409 "没有待答复的邀请" "No invitation to answer"
        "会诊邀请已答复、已撤回，或问诊已结束。请以工作台所列邀请为准。"
        "The invitation was answered or withdrawn, or the consultation has ended. The desk lists those that are open.";
    NotConcluded "not_concluded" 409 "问诊尚未办结" "Not concluded yet"
        "问诊办结后方可评价。"
        "A consultation can be rated after it is concluded.";
    AlreadyRated "already_rated" 409 "已经评价" "Rated already"
        "该问诊已经评价，评价不能更改。"
        "The consultation has been rated; a rating cannot be changed.";
    NotRetractable "not_retractable" 409 "消息不能撤回" "Can't be taken back"
        "消息发出后短时间内可以撤回，时限见 detail。整改意见不能撤回；问诊结束后，消息不能撤回。"
        "A message can be taken back for a short while after it was sent, which detail names. Advice stays, and so does all that was said once the consultation has ended.";
    ReopenTooLate "reopen_too_late" 409 "已过重新打开的期限" "Too late to reopen"
        "办结已久，不能重新打开，天数见 detail。请另行发起问诊。"
        "The consultation was concluded too long ago to be reopened; detail names the days. Open another one.";

    // Plans of the matching.
    PlanState "plan_state" 409 "方案状态不允许" "Not in this state of the plan"
        "分派方案的当前状态不允许此操作。请刷新方案后再操作。"
        "The present state of the plan does not allow this. Load the plan again.";
    PlanStale "plan_stale" 409 "方案已过时" "Plan out of date"
        "算出方案以来，名单或专家已有变更。请查看变更并重新计算方案。"
        "The list or the experts have changed since the plan was computed. Look at the changes and compute the plan again.";
    PlanGaveUp "plan_gave_up" 500 "方案计算失败" "Plan could not be computed"
        "方案多次未能算完，已停止计算。请联系平台运营人员。"
        "The computation of the plan failed several times and was stopped. Ask the operator.";

    // Remediation.
    WrongAuthority "wrong_authority" 403 "不属于您的职权" "Not your authority's step"
        "依法应由另一级或另一地区的监管部门办理，detail 写明由谁办理。"
        "By law another authority takes this step; detail names it.";
    CaseExists "case_exists" 409 "案件已存在" "There is a case already"
        "该不合格记录已有整改案件。请在该案件中办理。"
        "This nonconformity has a remediation case already. Go on in that one.";
    CaseState "case_state" 409 "案件状态不允许" "Not in this state of the case"
        "案件的当前状态不允许此步骤，可进行的步骤见 detail。"
        "The present state of the case does not allow this step; detail lists those that it allows.";
    NotToRemind "not_to_remind" 409 "无需提醒" "Not to be reminded"
        "该企业今天已提醒过，或者案件没有正在计算的期限，或者企业没有可用的邮箱，见 detail。"
        "The enterprise was reminded today, no deadline of the case runs, or it has no mail address; detail says which.";
    CaseChanged "case_changed" 409 "案件已更新" "The case has changed"
        "在您查看之后，他人已更新案件。请重新读取案件，确认后再提交。"
        "Someone changed the case after you read it. Read it again, check your step and send it with the new version.";
    CaseEnded "case_ended" 409 "案件已结束" "The case has ended"
        "案件已结束，不能再登记内容。"
        "The case has ended; nothing can be added to it.";
    TooEarly "too_early" 409 "为时过早" "Too early"
        "法律规定该步骤在一定日期之后方可进行，日期见 detail。"
        "The law allows this step only from a certain day on; detail names the day.";
    TooLate "too_late" 409 "已过期限" "Too late"
        "该步骤的法定期限已届满，日期见 detail。"
        "The legal term for this step is over; detail names its last day.";
    DoneAlready "done_already" 409 "已经办理" "Done already"
        "该步骤只能进行一次，且已经进行。如有错误，请更正原步骤。"
        "This step is taken once, and it was taken already. If it was entered wrongly, correct it.";
    NotReported "not_reported" 409 "尚未上报" "Not reported yet"
        "复查不合格须逐级上报至省级后方可公告。请由 detail 所示的部门先行上报。"
        "A failed re-inspection is reported level by level to the province, which announces it. The authority that detail names reports it first.";
    CorrectedAlready "corrected_already" 409 "步骤已更正" "Corrected already"
        "该步骤已由后来的一步更正。请更正最新的一步，其序号见 detail。"
        "The step has been corrected by a later one. Correct that one; detail names its number.";
    CorrectionUnlawful "correction_unlawful" 409 "更正不合法" "The correction is not lawful"
        "更正之后，案件的某一步骤将不符合法律规定，见 detail 和 errors。请核对更正的内容。"
        "With the correction, a step of the case would be against the law; see detail and errors. Check what you correct.";
    NoEvidence "no_evidence" 409 "缺少证据" "No evidence"
        "该步骤须有证据。请先提交证据，或按 detail 的说明填写。"
        "This step needs evidence. Hand it in first, or do as detail says.";
    EvidenceClosed "evidence_closed" 409 "不能补充证据" "Evidence is closed"
        "案件现阶段不接受证据：尚未责令改正、正在复检或已结束。"
        "The case takes no evidence now: the order has not been given, the result is being tested again, or the case has ended.";
    ActionState "action_state" 409 "措施状态不允许" "Not in this state of the action"
        "整改措施的当前状态不允许此操作。请刷新案件后再操作。"
        "The present state of the corrective action does not allow this. Load the case again.";
    ActionOrder "action_order" 409 "措施次序有误" "Actions out of order"
        "整改措施须按 8D 次序完成。请先完成 detail 所示的措施。"
        "Corrective actions are completed in the order of 8D. Complete the one that detail names first.";
    AdviserMayNotClear "adviser_may_not_clear" 409 "咨询专家不得审核清零" "An adviser may not clear the case"
        "曾为该企业提供意见的人员不得审核清零。请由另一名监管人员审核。"
        "Whoever advised the enterprise may not clear its case. Another officer does.";
    InspectorMayNotClear "inspector_may_not_clear" 409 "复查人员不得审核清零" "The inspector may not clear the case"
        "登记复查结果的人员不得审核清零。请由另一名监管人员审核。"
        "Whoever entered the result of the re-inspection may not clear the case. Another officer does.";
    CriteriaUnmet "criteria_unmet" 409 "康复标准未满足" "Criteria not met"
        "康复标准尚未全部满足，errors 逐项列出。请满足后再审核清零。"
        "Not all criteria of recovery are met; errors lists those that are not. Meet them before the case is cleared.";
    AlertClosed "alert_closed" 409 "预警已处理" "Alert already closed"
        "该质量预警已经处理，不能再次处理。"
        "The quality alert has been dealt with and cannot be closed again.";

    // Inspections.
    InspectionState "inspection_state" 409 "检查状态不允许" "Not in this state of the inspection"
        "检查的当前状态不允许此操作。请刷新后再操作。"
        "The present state of the inspection does not allow this. Load it again.";
    InspectionChanged "inspection_changed" 409 "检查已更新" "The inspection has changed"
        "您看到的版本之后，检查已有新的步骤。请刷新后再操作。"
        "There are steps after the version that you saw. Load the inspection again.";
    InspectionNumberTaken "inspection_number_taken" 409 "抽样单编号已登记" "The number of the form is taken"
        "组织部门已用该抽样单编号登记了内容不同的检查。请核对编号。"
        "The organiser has registered another inspection under this number. Check the number.";

    // Programmes.
    ProgrammeState "programme_state" 409 "计划状态不允许" "Not in this state of the programme"
        "计划的当前状态不允许此操作。请刷新计划后再操作。"
        "The present state of the programme does not allow this. Load the programme again.";
    ProgrammeWithoutTargets "programme_without_targets" 409 "计划没有任务" "No targets"
        "计划还没有任务，不能提交审批。请先添加任务。"
        "The programme has no targets, so it cannot be handed in. Add some first.";
    SecondOfficerNeeded "second_officer_needed" 409 "须由另一名监管人员审批" "A second officer is needed"
        "起草或提交计划的人员不能审批。请由另一名监管人员审批。"
        "Who wrote the programme or handed it in may not approve it. Another officer does.";
    FrameEmpty "frame_empty" 409 "抽样框为空" "Empty frame"
        "登记库中没有符合任务的企业。请提供经营者名单。"
        "No operator of the register fits the target. Hand in a list of operators.";
    DrawSuperseded "draw_superseded" 409 "抽取已被取代" "Draw replaced"
        "该任务之后已重新抽取，本次抽取不再有效。请使用最近一次抽取。"
        "The target was drawn again since, so this draw is not in force. Use the last one.";
    // Label checks and quick tests.
    LabelChecked "label_checked" 409 "检查结果已登记" "The result is there already"
        "该检查已登记结果。登记有误的，请撤回该检查后重新登记。"
        "The inspection has its result already. Where that was wrong, withdraw the inspection and enter it anew.";
    // Cross-inspections.
    CrossRoundState "cross_round_state" 409 "互检轮次状态不允许" "Not in this state of the round"
        "互检轮次的当前状态不允许此操作。请刷新后再操作。"
        "The present state of the round does not allow this. Load it again.";
    CrossAssignmentImpossible "cross_assignment_impossible" 409 "互检样品无法分配" "The products cannot be assigned"
        "没有符合回避要求的分配方案，或者参加企业、申报、产品不齐。未作任何分配。请按提示补充后重试。"
        "No assignment keeps everybody from own, kin's and rivals' products, or enterprises, declarations or products are missing. Nothing was assigned. Add what is named and try again.";
    CrossResultFixed "cross_result_fixed" 409 "互检结果不能再修改" "The result stays as it is"
        "检验机构的结果已录入，互检结果不能再修改。"
        "The laboratory's result is there, so the participant's own one cannot be changed any more.";
    // Recordings.
    RecordingState "recording_state" 409 "录制状态不允许" "Not in this state of the recording"
        "该录制已结束，或其文件已按保存期限清除，不能再办理。请刷新后再操作。"
        "The recording was brought to its end, or its files were erased after their period. Load it again.";
    RecordingDevice "recording_device" 409 "不是开始录制的设备" "Another device"
        "该录制由另一台设备开始。请用原设备上传，或用本设备重新开始录制。"
        "The recording was begun by another device. Upload from that one, or begin another recording with this one.";
    RecordingSegmentTaken "recording_segment_taken" 409 "分段已存在" "The segment is there already"
        "该序号的分段已上传过另一文件，或该文件已用于其他分段。录像不得替换或重复使用。"
        "Another file was sent for this number, or this file is another segment already. Recordings are neither replaced nor used twice.";
    CustodyState "custody_state" 409 "样品状态不允许" "Not in this state of the sample"
        "样品的当前状态不允许此环节，或时间早于上一环节。请刷新后再登记。"
        "The present state of the sample does not allow this, or it is earlier than the entry before it. Load it again.";
    RangeNotSatisfiable "range_not_satisfiable" 416 "请求的范围无效" "No such range"
        "请求的字节范围超出文件大小。文件大小见 detail。"
        "The range goes beyond the file. detail names its size.";
    // Bulletins.
    BulletinState "bulletin_state" 409 "通报状态不允许" "Not in this state of the bulletin"
        "通报的当前状态不允许此操作。请刷新通报后再操作。"
        "The present state of the bulletin does not allow this. Load the bulletin again.";
    BulletinEmpty "bulletin_empty" 409 "通报没有结果" "No results"
        "没有符合通报范围、已经确定且尚未通报的检查结果。请修改通报范围。"
        "No final result that is not published yet is in the scope of the bulletin. Change its scope.";
    BulletinTooLong "bulletin_too_long" 409 "通报结果过多" "Too many results"
        "符合通报范围的结果超过一份通报的上限。请按地区或时间分成几份。"
        "More results are in the scope of the bulletin than one may have. Make several by region or period.";
    BulletinChanged "bulletin_changed" 409 "通报的结果已变化" "Results have changed"
        "提交之后有结果被更正、推翻或已在其他通报中公布。请退回通报，重新提交。"
        "Since it was handed in results were corrected or overturned, or published by another bulletin. Send it back, to be handed in again.";

    // The knowledge base.
    ArticleState "article_state" 409 "知识条目状态不允许" "Not in this state of the article"
        "知识条目的当前状态不允许此操作。请刷新后再操作。"
        "The present state of the article does not allow this. Load it again.";
    ArticleExists "article_exists" 409 "知识条目已存在" "There is an article already"
        "该问诊已整理为知识条目。请在该条目中办理。"
        "The consultation has an article already. Go on in that one.";
    FindingsUnconfirmed "findings_unconfirmed" 409 "脱敏结果尚未全部确认" "Findings not confirmed"
        "条目中还有未确认的脱敏结果。请逐项替换或确认无妨后再提交。"
        "The stripping found what is not confirmed yet. Replace each finding or say that it is harmless, then go on.";

    // Imports of the zero-out list.
    ImportEmpty "import_empty" 422 "文件为空" "Empty file"
        "上传的文件没有内容。请选择正确的文件。"
        "The file has no content. Choose the right file.";
    ImportNoRows "import_no_rows" 422 "没有数据行" "No rows"
        "文件只有表头，没有数据行。请填写数据后重新上传。"
        "The file has a header and no rows. Fill in the rows and upload it again.";
    ImportXls "import_xls" 422 "旧版 Excel 文件" "Old Excel format"
        "不支持 Excel 97-2003 工作簿（.xls）。请另存为 .xlsx 或 CSV。"
        "Excel 97-2003 workbooks (.xls) are not accepted. Save the file as .xlsx or CSV.";
    ImportEncrypted "import_encrypted" 422 "工作簿设有密码" "Workbook with a password"
        "工作簿设有密码，无法读取。请去除密码后重新上传。"
        "The workbook is protected by a password and cannot be read. Remove the password and upload it again.";
    ImportMacros "import_macros" 422 "工作簿含宏" "Workbook with macros"
        "不接受含宏的工作簿。请另存为不含宏的 .xlsx。"
        "Workbooks with macros are not accepted. Save the file as .xlsx without macros.";
    ImportTooLarge "import_too_large" 413 "文件过大" "File too large"
        "文件或其解压后的内容超过上限（413），或压缩率异常（422）。请拆分后分别导入。"
        "The file, or what it unpacks to, is greater than the limit (413), or it is compressed more than any real workbook (422). Split it and import the parts.";
    ImportNotATable "import_not_a_table" 422 "不是表格文件" "Not a table"
        "文件不是 CSV 或 .xlsx 表格。请选择正确的文件。"
        "The file is neither CSV nor .xlsx. Choose the right file.";
    ImportDamaged "import_damaged" 422 "工作簿已损坏" "Damaged workbook"
        "工作簿已损坏或不完整。请用 Excel 打开并重新保存后上传。"
        "The workbook is damaged or incomplete. Open it in Excel, save it again and upload it.";
    ImportBadEncoding "import_bad_encoding" 422 "文件编码有误" "Unknown text encoding"
        "文件的文字编码无法识别。请保存为 UTF-8 或 GB18030。"
        "The text encoding of the file is not known. Save it as UTF-8 or GB18030.";
    ImportTooManyRows "import_too_many_rows" 422 "数据行过多" "Too many rows"
        "数据行超过上限，上限见 detail。请拆分后分别导入。"
        "The file has more rows than the limit, which detail names. Split it and import the parts.";
    ImportMissingColumns "import_missing_columns" 422 "缺少必需的列" "Columns missing"
        "文件缺少必需的列，列名见 detail。请补齐后重新上传。"
        "Required columns are missing; detail names them. Add them and upload the file again.";
    ImportDoubledColumn "import_doubled_column" 422 "列重复出现" "Column repeated"
        "同一列出现了两次，列名见 detail。请删去一列后重新上传。"
        "A column occurs twice; detail names it. Remove one of the two and upload the file again.";
    ImportUnclosedQuote "import_unclosed_quote" 422 "引号没有配对" "Quote not closed"
        "CSV 文件中有引号没有配对，行号见 detail。请补上或删去该引号后重新上传。"
        "A quote of the CSV is not closed, or not where it should be; detail names its line. Close or remove it and upload the file again.";
    ImportHiddenList "import_hidden_list" 422 "名单在隐藏的工作表中" "List on a hidden sheet"
        "名单只在隐藏的工作表中，工作表名见 detail。请取消隐藏后重新上传。"
        "The only list of the workbook is on a hidden sheet, which detail names. Unhide it and upload the file again.";
    ImportOtherHeader "import_other_header" 422 "名单中间有另一种表头" "Other headings within the list"
        "名单中间出现了另一种表头，行号见 detail。请将两份名单放在不同的工作表或文件中。"
        "Other headings stand in the middle of the list; detail names the row. Put the two lists into sheets or files of their own.";
    ImportRecordAboveHeader "import_record_above_header" 422 "表头上方有数据行" "Record above the headings"
        "表头上方有数据行，行号见 detail。请将表头移到所有数据行的上方后重新上传。"
        "A record stands above the headings; detail names the row. Move the headings above all records and upload the file again.";
    ImportHeadingUnreadable "import_heading_unreadable" 422 "表头无法读取" "Unreadable heading"
        "有一列的表头是错误值或没有计算结果的公式，列见 detail。请改为列名，或删去不需要的列的表头，然后重新上传。"
        "The heading of a column is an error, or a formula whose result is not in the file; detail names the column. Put in its name, or remove the heading of a column that is not needed, and upload the file again.";
    ImportNotChecked "import_not_checked" 409 "没有已检查的文件" "No checked file"
        "该导入记录不是已完成的检查，因而没有可导入的文件。请先检查文件，再从检查记录导入。"
        "The record is no check that came to its end, so it has no file to import. Check the file first, then import it from the record of the check.";
    ImportFileGone "import_file_gone" 409 "已检查的文件不再保存" "The checked file is gone"
        "检查过的文件只保存一段时间，该文件已删除。请重新上传并检查。"
        "A checked file is kept for a while only, and this one is gone. Upload it and check it again.";
    ImportGaveUp "import_gave_up" 500 "导入失败" "Import failed"
        "导入多次未能完成，已停止。请联系平台运营人员。"
        "The import failed several times and was stopped. Ask the operator.";

    ImportInUse "import_in_use" 409 "导入的数据已被使用" "Something stands on the import"
        "导入的行之后已有其他办理内容，不能整批撤回。逐行清单见 GET /zero-out/imports/{id}/standing，处理后再撤回。"
        "Something was built on rows of the import since, so it cannot be withdrawn. GET /zero-out/imports/{id}/standing lists it row by row.";
    ImportNotWithdrawable "import_not_withdrawable" 409 "该导入不能撤回" "Not an import to withdraw"
        "该导入尚未完成、未写入数据、已撤回，或早于逐行留痕，不能撤回，原因见 detail。"
        "The import is not done, wrote nothing, was withdrawn already, or is older than the record of its rows; detail says which.";

    // Codes against the rule.
    UsccAdmittedAlready "uscc_admitted_already" 409 "该代码已放行" "Let in already"
        "该统一社会信用代码已放行，无需再次放行。"
        "The code was let in already; there is nothing to do.";
    UsccInUse "uscc_in_use" 409 "该代码正在使用" "The code is in use"
        "名单上已有使用该代码的企业，不能撤销放行。"
        "An enterprise on the list has the code, so its admission cannot be withdrawn.";
    UsccAdmissionEnded "uscc_admission_ended" 409 "放行已撤销" "Withdrawn already"
        "该放行已撤销。需要时可重新放行该代码。"
        "The admission was withdrawn already. The code can be let in again.";

    // The start of the server.
    BadNatsUrl "bad_nats_url" 503 "NATS 地址有误" "Not an address of NATS"
        "设置 nats.url 不是 NATS 服务器的地址，服务器不能启动。请由平台运营人员更正设置。"
        "The setting nats.url is not an address of a NATS server, so the server does not start. The operator corrects the setting.";
    DatabaseOfAnotherVersion "database_of_another_version" 503 "数据库属于另一版本" "Database of another version"
        "数据库由本程序的另一版本建立，服务器不能启动。请由平台运营人员改用空数据库或删除数据目录；需要保留的数据，请先用原版本导出。"
        "The database was made by another version of the program, so the server does not start. The operator uses an empty database or removes the data folder; what is to be kept is exported with the other version first.";

    // Other systems.
    WebhookRests "webhook_rests" 409 "事件推送未启用" "The webhook is stopped"
        "该推送已停用，或其创建人已被停用、调离，不再有权查看该地区。请先启用，或由有权的人员重新设置。"
        "The webhook is stopped, or its officer was deactivated or moved and may not see its region any more. Start it, or let an officer of the region make another.";
    WebhookDeliveryPending "webhook_delivery_pending" 409 "推送尚未结束" "The delivery is under way"
        "该推送正在发送或等待重试，不能再次发送。请在其结束后重试。"
        "The delivery is being sent or waits for its next attempt. Send it again once it has ended.";
    PersonalRequestOpen "personal_request_open" 409 "同类请求尚未办结" "A request of this kind is open"
        "您已提出同类请求且尚未办结。请等待答复，或撤回后重新提出。"
        "You have asked for the same and it is not decided yet. Wait for the answer, or withdraw it and ask again.";
    PersonalRequestState "personal_request_state" 409 "请求当前状态不允许此操作" "Not possible in the request's state"
        "请求已办结、已撤回、副本尚未生成或已过期，不能进行此操作。请刷新后查看。"
        "The request is decided or withdrawn, or its copy is not ready or has expired. Load it again.";
    ErasureBlocked "erasure_blocked" 409 "暂不能删除个人信息" "The erasure is not possible yet"
        "仍有须先处理的事项，或有留存措施，暂不能注销账号并删除个人信息。请按提示先行处理。"
        "Something has to be settled first, or a legal hold keeps the data, so the account is not closed and its data are not erased yet. The detail says what to do.";
    PushOff "push_off" 409 "浏览器提醒未开启" "Notices in browsers are switched off"
        "本平台未开启浏览器提醒。未读消息仍会通过邮件通知。"
        "The installation sends no notices to browsers. Unread messages are still told of by mail.";
    KeyScope "key_scope" 403 "接口密钥无此权限" "Not within the key's scopes"
        "接口密钥只能用于其权限范围所列的接口；登录、账号、页面和聊天连接等不对接口密钥开放。请使用权限足够的密钥，或由人员登录后办理。"
        "An API key opens only the calls of its scopes; logging in, accounts, pages and chat sockets are closed to keys. Use a key that has the scope, or log in as a person.";
    KeyTooBusy "key_too_busy" 429 "接口密钥调用过于频繁" "Too many calls with the key"
        "该接口密钥在一分钟内的调用次数已达上限。请在 Retry-After 所示的秒数后重试。"
        "The key has made as many calls within a minute as it may. Try again after the seconds in Retry-After.";
    EnterpriseUnclaimed "enterprise_unclaimed" 409 "企业尚未认领账号" "The enterprise is not claimed"
        "该企业尚未认领平台账号，没有人可以查看和答复问诊。请企业先认领账号。"
        "Nobody has claimed the enterprise on the platform, so nobody could read the consultation. The enterprise has to claim its account first.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_a_word_of_its_own_and_is_explained_in_both_languages() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::of(code.as_str()), Some(*code));
            assert!((400..600).contains(&code.status()), "{code}");
            for text in [code.title(), code.explanation()] {
                assert!(!text.zh.is_ascii() && text.en.is_ascii() && !text.en.is_empty(), "{code}: {text:?}");
            }
        }
        assert_eq!(Code::of("nothing"), None);
    }
}
