"""The quickstart's kind of service: Flask parses, a function a row computes, jsonify prints."""

from flask import Flask, jsonify, request

app = Flask(__name__)


def to_fahrenheit(celsius):
    return celsius * 9.0 / 5 + 32


@app.route("/convert", methods=["POST"])
def convert():
    batch = request.get_json()
    if "data" not in batch:
        return jsonify({"error": "the body has no data"}), 400
    answers = []
    for row in batch["data"]:
        if not isinstance(row, list) or len(row) < 2:
            return jsonify({"error": "a row is no pair"}), 400
        answers.append([row[0], to_fahrenheit(row[1])])
    return jsonify({"data": answers})
