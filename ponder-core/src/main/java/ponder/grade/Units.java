package ponder.grade;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Units and counted things, English and Japanese, as data.
final class Units {
  /// Each line: the unit's name, then everything that means it. Plural `s` is dropped before a word
  /// is looked up.
  private static final String TABLE =
      """
      mm millimeter millimetre ミリ ミリメートル
      cm centimeter centimetre センチ センチメートル
      m meter metre メートル
      km kilometer kilometre キロメートル
      in inch inche インチ
      ft foot feet フィート
      yd yard ヤード
      mi mile マイル
      mph
      g gram グラム
      mg milligram ミリグラム
      kg kilogram kilo キログラム
      lb pound ポンド
      oz ounce オンス
      ton tonne トン
      l liter litre リットル
      ml milliliter millilitre ミリリットル
      gal gallon ガロン
      cup カップ
      s sec second 秒 秒間
      min minute 分 分間
      h hr hour 時間
      day 日 日間
      week 週 週間
      month か月 ヶ月
      year yr 年 年間 歳 才
      am 午前
      pm 午後
      dollar usd buck ドル
      cent セント
      euro ユーロ
      yuan 元
      yen 円
      rupee
      degree deg 度
      radian rad ラジアン
      joule
      newton
      watt
      volt
      ampere amp
      kelvin
      celsius
      fahrenheit
      mole mol
      unit 単位
      point 点
      percent パーセント
      person people 人 名
      student 生徒
      child children
      man men
      woman women
      way 通り
      time 回
      piece 個 枚 本 冊 つ 匹 頭 台 羽 杯
      """;

  /// Single letters that are units when a space or `\text` sets them off.
  private static final String LETTERS = "mgshlLJNWVAK";

  private static final Map<String, String> NAMES = new HashMap<>();

  static {
    for (String line : TABLE.lines().toList()) {
      String[] words = line.split(" ");
      for (String word : words) {
        NAMES.put(word, words[0]);
      }
    }
  }

  private Units() {}

  /// The unit's name, or null if the word is not known.
  static @Nullable String name(String word) {
    String plain = word.toLowerCase(Locale.ROOT);
    String name = NAMES.get(plain);
    if (name == null && plain.length() > 2 && plain.endsWith("s")) {
      name = NAMES.get(plain.substring(0, plain.length() - 1));
    }
    return name;
  }

  static boolean isLetter(String letter) {
    return LETTERS.contains(letter);
  }

  /// The power that a word such as `square` raises the unit after it to, else 0.
  static int power(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "square", "sq", "平方" -> 2;
      case "cubic", "cu", "立方" -> 3;
      default -> 0;
    };
  }
}
