-- Whatever refers to something is found from it: what goes with it is looked up while everybody else waits.
CREATE INDEX grant_app ON "grant" (holder_app) WHERE holder_app IS NOT NULL;
CREATE INDEX session_app ON session (app_uid) WHERE app_uid IS NOT NULL;
CREATE INDEX ask_answerer ON ask (answerer_id);
CREATE INDEX access_request_requester ON access_request (requester_id);
CREATE INDEX block_sender ON block (sender_id);

-- What waits is found without a look at what was ever sent, and what was sent long ago without a look at the rest.
CREATE INDEX outbox_waiting ON outbox (seq) WHERE delivered_at IS NULL AND abandoned_at IS NULL;
CREATE INDEX outbox_delivered ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;
