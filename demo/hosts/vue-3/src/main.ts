import { createApp } from 'vue';
import BankFeeds from './BankFeeds.vue';
import 'bank-feed-elements/vue';
import './page.css';

createApp(BankFeeds).mount('#app');
