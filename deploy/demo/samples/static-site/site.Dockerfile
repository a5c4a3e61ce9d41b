ARG REGISTRY
FROM ${REGISTRY}/base/python:3
COPY --chown=1000:1000 public /site
HEALTHCHECK CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/')"]
USER 1000
EXPOSE 8000
CMD ["python3", "-m", "http.server", "--directory", "/site", "8000"]
