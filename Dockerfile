# Build the packages once, then copy them into a small image that runs as a plain user.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements/base.txt requirements/bootstrap.txt requirements/
RUN python -m venv /venv \
 && /venv/bin/pip install --quiet --no-cache-dir --only-binary=:all: --require-hashes -r requirements/bootstrap.txt \
 && /venv/bin/uv pip install --no-cache --python /venv/bin/python --require-hashes -r requirements/base.txt \
 && /venv/bin/pip uninstall --quiet --yes uv

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/collected \
    STATIC_COLLECTED=1
# The key serves this one command and protects nothing; the running portal asks for its own.
RUN SECRET_KEY=only-for-collectstatic python manage.py collectstatic --noinput --verbosity 0
USER portal
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "clx20.wsgi:application"]
