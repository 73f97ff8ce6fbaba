CREATE TABLE workspace (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE head (
    workspace TEXT NOT NULL PRIMARY KEY REFERENCES workspace (id),
    size BIGINT NOT NULL
);

-- An erased event keeps its commitment and loses payload and salt.
CREATE TABLE event (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    sequence BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    payload BYTEA,
    salt BYTEA,
    payload_digest BYTEA NOT NULL,
    leaf_hash BYTEA NOT NULL,
    PRIMARY KEY (workspace, sequence)
);

CREATE TABLE command (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    command TEXT NOT NULL,
    first_sequence BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, command)
);

CREATE TABLE checkpoint (
    workspace TEXT NOT NULL PRIMARY KEY REFERENCES workspace (id),
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    note TEXT NOT NULL,
    signed_at BIGINT NOT NULL
);

CREATE TABLE account (
    person TEXT NOT NULL PRIMARY KEY,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    csrf TEXT NOT NULL
);
CREATE INDEX session_expires_at ON session (expires_at);
CREATE INDEX session_person ON session (person);

CREATE TABLE login_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX login_link_expires_at ON login_link (expires_at);

-- The key index is a cache: it can be emptied at any time and is rebuilt from segments.
CREATE TABLE key_index (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    stream TEXT NOT NULL,
    high_water BIGINT NOT NULL,
    UNIQUE (workspace, stream)
);
CREATE TABLE stream_key (
    key_index BIGINT NOT NULL REFERENCES key_index (id),
    key BYTEA NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (key_index, key)
);
