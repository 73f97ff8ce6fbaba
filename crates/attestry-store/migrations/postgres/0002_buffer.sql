CREATE TABLE api_token (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);

-- Small writes wait here, durable, until they are sealed into a segment.
CREATE TABLE buffer (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    stream TEXT NOT NULL,
    source TEXT NOT NULL,
    collector TEXT NOT NULL,
    actor TEXT NOT NULL,
    records BYTEA NOT NULL,
    row_count BIGINT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX buffer_workspace ON buffer (workspace, id);

-- What was answered to a request, so that the same request again gets the same answer.
CREATE TABLE request (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    request TEXT NOT NULL,
    digest BYTEA NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, request)
);
CREATE INDEX request_answered_at ON request (answered_at);
