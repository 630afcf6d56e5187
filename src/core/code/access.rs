//! Codes of problems: any request, its body, accounts, experts and uploaded files.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! access_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
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
                "无法按 Accept 请求头要求的形式返回内容。请改为请求 application/json 或 text/html。"
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
                "验证码不正确、已过期或已使用过。请待验证器应用显示新的验证码后重试，或使用一个尚未使用的恢复码。登录时的状态码为 401。"
                "The code is wrong, has expired or was used before. Wait for the next one of the authenticator app, or use a recovery code that was not used yet. At the log-in the status is 401.";
            SecondFactorSetupRequired "second_factor_setup_required" 403 "须先设置双重验证" "Set up a second factor first"
                "您的角色须启用双重验证，而账号尚未设置。本次登录只能用于设置：请先完成设置，再进行其他操作。"
                "Your role must have a second factor, and your account has none yet. This session can only set one up; do that first.";
            SecondFactorMandatory "second_factor_mandatory" 409 "不能停用双重验证" "The second factor is mandatory"
                "您的角色须启用双重验证，不能停用。如已更换手机，请直接重新设置。"
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
                "The account has no mail address. Its owner adds one, or the operator resets the password on the command line.";
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
                "The account is of the last active officer of the province, who can be neither deactivated nor given another role or region. Invite and activate another officer of the province first.";
            OwnAccount "own_account" 409 "不能对本人账号进行此操作" "Not with your own account"
                "不能停用本人账号，也不能更改本人的角色或辖区。请由其他有权人员办理。"
                "You cannot deactivate your own account or change your own role or region. Ask someone else who may.";
            InvitationState "invitation_state" 409 "邀请已失效" "Invitation no longer open"
                "该邀请已被接受或已撤回。请刷新后查看，必要时重新邀请。"
                "The invitation was accepted or withdrawn. Load the list again, and invite again where needed.";
            InvitedAlready "invited_already" 409 "已经邀请过" "Invited already"
                "该邮箱已有一份尚未接受的相同邀请。请重新发送原邀请，或撤回后再邀请。"
                "The same invitation to this address is open already. Send that one again, or withdraw it first.";
            TooManyColleagues "too_many_colleagues" 409 "企业人员已满" "Too many colleagues"
                "企业的在用人员和未接受的邀请已达上限。请先移除不再需要的人员或撤回邀请。"
                "The enterprise has as many people and open invitations as are allowed. Remove someone or withdraw an invitation first.";
            InvitationSentOften "invitation_sent_often" 429 "邀请发送过于频繁" "Invitation sent too often"
                "该邀请在过去 24 小时内已多次发送。请在 Retry-After 所示的秒数后重试，或请对方检查垃圾邮件。"
                "The invitation was sent several times within a day. Try again after the seconds in Retry-After, or ask the person to check the spam folder.";
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
                "The account or its enterprise has reached the limit of stored files or of their bytes. Ask the platform's operator where more is needed.";
            UploadOffset "upload_offset" 409 "分段位置不符" "Wrong upload offset"
                "分段须按顺序上传，每段从已收到的字节数开始；全部上传后方可完成。请查询上传进度，从已收到的位置继续。"
                "The parts of a file are sent in order, each from the byte after those that were received, and all of them before the upload is finished. Ask for its progress and go on from there.";
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
                "病毒检查在上传的文件中发现恶意代码，文件已被隔离，未予保存。请检查电脑后重新提交不含恶意代码的文件。"
                "The scanner found malicious code in the uploaded file. It is quarantined and not kept. Check your computer, then submit a clean file.";
        }
    };
}
